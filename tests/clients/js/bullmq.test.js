// BullMQ, a job queue made of scripts, streams, blocking pops and sorted sets: what it promises, kind by kind.

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { after, beforeEach, test } from 'node:test'
import { FlowProducer, Queue, QueueEvents, UnrecoverableError, Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { address, numbers, patience, until } from './server.js'

const admin = new Redis(address)
let opened = []
beforeEach(async () => {
  await close()
  await admin.flushall()
})
after(async () => {
  await close()
  admin.disconnect()
})

async function close() {
  const all = opened.reverse()
  opened = []
  for (const c of all) await c.close()
}

const open = c => {
  c.on('error', error => { throw error })
  opened.push(c)
  return c
}
const openQueue = (name = 'q') => open(new Queue(name, { connection: address }))
const work = (process, options = {}, name = 'q') => open(new Worker(name, process, { connection: address, drainDelay: 1, ...options }))

test('jobs are done in order, and the most urgent first', async () => {
  const queue = openQueue()
  await queue.add('plain', { n: 1 })
  await queue.add('urgent', { n: 2 }, { priority: 1 })
  await queue.add('can wait', { n: 3 }, { priority: 10 })
  await queue.add('plain', { n: 4 })
  await queue.add('more urgent than that', { n: 5 }, { priority: 5 })
  await queue.add('first of all', { n: 6 }, { lifo: true })
  assert.deepEqual(await queue.getJobCounts('waiting', 'prioritized'), { waiting: 3, prioritized: 3 })
  assert.deepEqual(await queue.getCountsPerPriority([1, 5, 10, 11]), { 1: 1, 5: 1, 10: 1, 11: 0 })
  const done = []
  work(async job => { done.push(job.data.n) })
  await until(() => done.length === 6)
  assert.deepEqual(done, [6, 1, 4, 2, 5, 3])
  await until(async () => await queue.getCompletedCount() === 6)
})

test('a job of the same id is not added twice; a paused queue waits', async () => {
  const queue = openQueue()
  await queue.pause()
  for (const _ of numbers(3)) await queue.add('once', {}, { jobId: 'the-one' })
  await queue.add('dedup', {}, { deduplication: { id: 'd' } })
  await queue.add('dedup', {}, { deduplication: { id: 'd' } })
  const done = []
  work(async job => { done.push(job.name) })
  await queue.add('last', {})
  assert.equal(await queue.isPaused(), true)
  assert.equal(await queue.count(), 3)
  assert.deepEqual(done, [])
  await queue.resume()
  await until(() => done.length === 3)
  assert.deepEqual(done, ['once', 'dedup', 'last'])
})

test('a delay', async () => {
  const queue = openQueue()
  const waited = {}
  work(async job => { waited[job.name] = Date.now() - job.timestamp })
  await queue.add('later', {}, { delay: 700 })
  await queue.add('much later', {}, { delay: 3_600_000 })
  await queue.add('now', {})
  await until(() => waited.now !== undefined && waited.later !== undefined)
  assert.ok(waited.later >= 699, `after ${waited.later} ms`)
  const [job] = await queue.getDelayed()
  assert.equal(job.name, 'much later')
  await job.promote()
  await until(() => waited['much later'] !== undefined)
})

test('retries with a growing pause; what fails for good', async () => {
  const queue = openQueue()
  const tries = { backoff: [], never: [], hopeless: [] }
  work(async job => {
    tries[job.name].push(Date.now())
    if (job.name === 'hopeless') throw new UnrecoverableError('no use')
    if (job.name === 'never' || tries[job.name].length < 4) throw new Error('not yet')
    return 'at last'
  }, { concurrency: 3 })
  const backoff = await queue.add('backoff', {}, { attempts: 5, backoff: { type: 'exponential', delay: 50 } })
  await queue.add('never', {}, { attempts: 2 })
  await queue.add('hopeless', {}, { attempts: 5 })
  await until(async () => await backoff.getState() === 'completed' && await queue.getFailedCount() === 2)
  assert.deepEqual(Object.values(tries).map(t => t.length), [4, 2, 1])
  const pauses = numbers(3).map(i => tries.backoff[i + 1] - tries.backoff[i])
  assert.ok(pauses.every((p, i) => p >= 50 * 2 ** i - 2), `${pauses}`)
  const job = await queue.getJob(backoff.id)
  assert.deepEqual([job.returnvalue, job.attemptsMade], ['at last', 4])
  const failed = await queue.getFailed()
  assert.deepEqual(failed.map(f => f.failedReason).sort(), ['no use', 'not yet'])
  await queue.retryJobs({ state: 'failed' })
  await until(() => tries.hopeless.length === 2 && tries.never.length >= 3)
})

test('a rate limit', async () => {
  const queue = openQueue()
  const done = []
  await queue.addBulk(numbers(15).map(i => ({ name: 'j', data: i })))
  const limiter = { max: 5, duration: 500 }
  const began = Date.now()
  for (const _ of numbers(2)) work(async () => { done.push(Date.now()) }, { concurrency: 5, limiter })
  await until(() => done.length === 15)
  // Of 15, five may start at once, five half a second later, and five after another half.
  for (const [i, t] of done.sort((a, b) => a - b).entries()) assert.ok(t - began >= Math.floor(i / 5) * 500 - 2, `${i}: ${t - began} ms`)
})

test('flows: a parent waits for its children', async () => {
  const flows = open(new FlowProducer({ connection: address }))
  const queue = openQueue('leaves')
  const done = []
  work(async job => { done.push(job.name); return job.data.n }, { concurrency: 4 }, 'leaves')
  const roots = openQueue('roots')
  work(async job => {
    done.push(job.name)
    return Object.values(await job.getChildrenValues()).reduce((a, b) => a + b, 0)
  }, {}, 'roots')
  const { job } = await flows.add({
    name: 'root', queueName: 'roots',
    children: [
      ...numbers(9).map(n => ({ name: 'leaf', queueName: 'leaves', data: { n } })),
      { name: 'branch', queueName: 'roots', children: [{ name: 'leaf', queueName: 'leaves', data: { n: 100 } }] },
    ],
  })
  const root = await until(async () => {
    const j = await roots.getJob(job.id)
    return j.finishedOn && j
  })
  assert.equal(root.returnvalue, 36 + 100)
  assert.equal(done.at(-1), 'root')
  assert.equal(done.length, 12)
  assert.equal(await queue.getCompletedCount(), 10)

  // A child that fails takes its parent with it, if it was told so.
  work(async () => { throw new Error('bad apple') }, {}, 'bad')
  const bad = await flows.add({
    name: 'root', queueName: 'roots',
    children: [{ name: 'leaf', queueName: 'bad', opts: { failParentOnFailure: true } }],
  })
  await until(async () => await bad.job.getState() === 'failed')
})

test('job schedulers', async () => {
  const queue = openQueue()
  const done = []
  work(async job => { done.push([job.name, Date.now()]) })
  await queue.upsertJobScheduler('often', { every: 200 }, { name: 'tick' })
  await queue.upsertJobScheduler('often', { every: 200 }, { name: 'tock' }) // changes it; there is still one
  await queue.upsertJobScheduler('thrice', { every: 100, limit: 3 }, { name: 'thrice' })
  await queue.upsertJobScheduler('new year', { pattern: '0 0 0 1 1 *' }, { name: 'cheers' })
  await until(() => done.filter(d => d[0] === 'tock').length >= 4 && done.filter(d => d[0] === 'thrice').length === 3)
  const ticks = done.filter(d => d[0] === 'tock').map(d => d[1])
  assert.ok(ticks[3] - ticks[1] >= 300, 'two intervals of 200 ms')
  const schedulers = await queue.getJobSchedulers()
  assert.ok(schedulers.some(s => s.key === 'new year' && new Date(s.next).getMonth() === 0))
  assert.equal(await queue.removeJobScheduler('often'), true)
  assert.equal(await queue.removeJobScheduler('often'), false)
  assert.equal(done.filter(d => d[0] === 'thrice').length, 3)
})

test('the job of a worker that dies is taken over', async () => {
  const queue = openQueue()
  const job = await queue.add('j', { fate: 'hang' })
  const child = fork(new URL('bullmq-worker.js', import.meta.url), ['q', 'ioredis', '1', '1000'])
  const [id] = await once(child, 'message', { signal: AbortSignal.timeout(patience) })
  assert.equal(id, job.id)
  child.kill('SIGKILL')
  await once(child, 'exit')
  assert.equal(await job.getState(), 'active')
  const stalled = [], done = []
  const worker = work(async j => { done.push(j.id) }, { stalledInterval: 200 })
  worker.on('stalled', id => stalled.push(id))
  await until(() => done.length === 1)
  assert.deepEqual([done, stalled], [[job.id], [job.id]])
  await until(async () => await job.getState() === 'completed')
})

test('QueueEvents tells what happens, and waits for a result', async () => {
  const queue = openQueue()
  const events = open(new QueueEvents('q', { connection: address, lastEventId: '0' }))
  const told = []
  for (const what of ['added', 'waiting', 'active', 'progress', 'completed', 'failed', 'removed']) events.on(what, e => told.push(`${what} ${e.jobId}`))
  work(async job => {
    await job.updateProgress(50)
    await job.log('half way')
    if (job.name === 'bad') throw new Error('no')
    return { answer: 42 }
  })
  const good = await queue.add('good', {})
  assert.deepEqual(await good.waitUntilFinished(events, patience), { answer: 42 })
  const bad = await queue.add('bad', {})
  await assert.rejects(bad.waitUntilFinished(events, patience), /no/)
  await bad.remove()
  await until(() => told.includes(`removed ${bad.id}`))
  assert.deepEqual(told.filter(t => t.endsWith(` ${good.id}`)), ['added', 'waiting', 'active', 'progress', 'completed'].map(w => `${w} ${good.id}`))
  assert.deepEqual(told.filter(t => t.endsWith(` ${bad.id}`)), ['added', 'waiting', 'active', 'progress', 'failed', 'removed'].map(w => `${w} ${bad.id}`))
  assert.deepEqual((await queue.getJobLogs(good.id)).logs, ['half way'])
  await queue.obliterate({ force: true })
  assert.deepEqual(await admin.keys('bull:q:*'), [])
})
