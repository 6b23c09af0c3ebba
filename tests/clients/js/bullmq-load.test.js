// 10,000 jobs for four processes of workers, two with each of the clients that BullMQ can use: each job exactly once.

import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { test } from 'node:test'
import { Queue } from 'bullmq'
import { Redis } from 'ioredis'
import { address, numbers, until } from './server.js'

const jobs = 10_000

test(`${jobs} jobs by 4 processes`, async t => {
  const admin = new Redis(address)
  await admin.flushall()
  const queue = new Queue('load', { connection: address })
  const begun = new Map(), byWorker = []
  const workers = ['ioredis', 'node-redis', 'ioredis', 'node-redis'].map((driver, i) => {
    const w = fork(new URL('bullmq-worker.js', import.meta.url), ['load', driver, '25', '60000'])
    byWorker[i] = 0
    w.on('message', id => {
      byWorker[i]++
      begun.set(id, (begun.get(id) ?? 0) + 1)
    })
    return w
  })
  t.after(async () => {
    for (const w of workers) w.kill('SIGKILL')
    await queue.close()
    admin.disconnect()
  })
  const began = Date.now()
  for (const chunk of numbers(jobs / 500)) {
    await queue.addBulk(numbers(500).map(i => ({ name: 'job', data: { n: chunk * 500 + i } })))
  }
  await until(async () => {
    const dead = workers.find(w => w.exitCode !== null || w.signalCode !== null)
    assert.equal(dead, undefined, 'a worker ended')
    return await queue.getCompletedCount() >= jobs
  }, 'all jobs done', 240_000)
  t.diagnostic(`${jobs} jobs in ${Date.now() - began} ms, by worker: ${byWorker}`)
  await until(() => begun.size >= jobs)
  assert.deepEqual(await queue.getJobCounts('completed', 'failed', 'waiting', 'active', 'delayed'),
    { completed: jobs, failed: 0, waiting: 0, active: 0, delayed: 0 })
  assert.equal(begun.size, jobs)
  assert.deepEqual([...begun].filter(([, times]) => times !== 1), [])
  assert.ok(byWorker.every(n => n > 0), `by worker: ${byWorker}`)
  const results = await queue.getCompleted(0, -1)
  assert.deepEqual(new Set(results.map(job => job.returnvalue)).size, jobs)
})
