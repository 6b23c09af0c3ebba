// node-redis, in both protocols: what its users do with it.

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { createClient, createClientPool, defineScript, RESP_TYPES, WatchError } from 'redis'
import { address, newText, numbers, until } from './server.js'

const opened = []
const connectWith = async options => {
  const c = createClient({ socket: address, ...options })
  c.on('error', () => {}) // a subscriber's connection is cut on purpose
  opened.push(c)
  return c.connect()
}
const admin = await connectWith({})
beforeEach(() => admin.flushAll())
after(() => opened.forEach(c => c.destroy()))

for (const RESP of [2, 3]) {
  const connect = (options = {}) => connectWith({ RESP, ...options })
  const r = await connect()

  test(`values, RESP${RESP}`, async () => {
    assert.equal(await r.set('k', 'v', { expiration: { type: 'PX', value: 60_000 }, condition: 'NX' }), 'OK')
    assert.equal(await r.set('k', 'w', { condition: 'NX' }), null)
    assert.equal(await r.hSet('h', { a: '1', b: 'two' }), 2)
    assert.deepEqual({ ...await r.hGetAll('h') }, { a: '1', b: 'two' })
    await r.zAdd('z', [{ score: 1.5, value: 'a' }, { score: Infinity, value: 'b' }])
    assert.deepEqual(await r.zRangeWithScores('z', 0, -1), [{ value: 'a', score: 1.5 }, { value: 'b', score: Infinity }])
    assert.equal(await r.zScore('z', 'a'), 1.5)
    assert.deepEqual(await r.geoAdd('g', { longitude: 13.361389, latitude: 38.115556, member: 'Palermo' }), 1)
    assert.ok(Math.abs(Number((await r.geoPos('g', 'Palermo'))[0].longitude) - 13.361389) < 1e-5)
    assert.equal((await r.configGet('maxmemory-policy'))['maxmemory-policy'], 'noeviction')
    await assert.rejects(r.incr('h'), /WRONGTYPE/)
    const bytes = Buffer.from([0, 255, 13, 10])
    await r.set('b', bytes)
    const asBuffers = r.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer })
    assert.deepEqual(await asBuffers.get('b'), bytes)
  })

  test(`pipelines, RESP${RESP}`, async () => {
    // What is sent in one turn of the event loop goes out together.
    await Promise.all(numbers(1000).map(i => r.set(`k${i}`, String(i))))
    assert.deepEqual(await Promise.all(numbers(1000).map(i => r.incr(`k${i}`))), numbers(1000).map(i => i + 1))
    assert.deepEqual(await r.multi().set('a', '1').incr('a').execAsPipeline(), ['OK', 2])
  })

  test(`transactions, RESP${RESP}`, async () => {
    assert.deepEqual(await r.multi().set('n', '1').incr('n').get('n').hSet('h', 'f', 'v').hGetAll('h').exec()
      .then(all => all.map(x => typeof x === 'object' ? { ...x } : x)), ['OK', 2, '2', 1, { f: 'v' }])
    await assert.rejects(r.multi().incr('n').lPush('n', 'x').exec(), error => {
      assert.equal(error.replies[0], 3)
      assert.match(error.replies[1].message, /^WRONGTYPE/)
      return true
    })
    await r.watch('n')
    await (await connect()).set('n', '100')
    await assert.rejects(r.multi().incr('n').exec(), WatchError)

    const pool = createClientPool({ socket: address, RESP }, { minimum: 1, maximum: 8 })
    await pool.connect()
    await Promise.all(numbers(80).map(() => pool.execute(async c => {
      for (;;) {
        await c.watch('n')
        const n = Number(await c.get('n'))
        try {
          await c.multi().set('n', String(n + 1)).exec()
          return
        } catch (error) {
          if (!(error instanceof WatchError)) throw error
        }
      }
    })))
    await pool.close()
    assert.equal(await r.get('n'), '180')
  })

  test(`pub/sub, RESP${RESP}`, async () => {
    const sub = await connect()
    const got = []
    await sub.subscribe(['a', 'b'], (text, channel) => got.push([channel, text]))
    await sub.pSubscribe('a*', (text, channel) => got.push(['pattern', channel, text]))
    await sub.sSubscribe('s', (text, channel) => got.push(['shard', channel, text]))
    assert.equal(await r.publish('a', '1'), 2)
    assert.equal(await r.publish('b', '2'), 1)
    assert.equal(await r.sPublish('s', '3'), 1)
    await until(() => got.length === 4)
    assert.deepEqual(got, [['a', '1'], ['pattern', 'a', '1'], ['b', '2'], ['shard', 's', '3']])
    if (RESP === 3) assert.equal(await sub.get('none'), null) // RESP3 lets a subscriber do other things

    // A subscriber whose connection is cut comes back and subscribes again by itself.
    const [{ id }] = await r.clientList({ TYPE: 'PUBSUB' })
    assert.equal(await r.clientKill({ filter: 'ID', id }), 1)
    await until(async () => await r.publish('b', 'again') === 1)
    await until(() => got.at(-1)[1] === 'again')
    await sub.unsubscribe()
    await sub.pUnsubscribe()
    await sub.sUnsubscribe()
    assert.equal(await r.publish('a', 'nobody'), 0)
    assert.equal(String(await sub.set('k', 'out of the mode')), 'OK')

    const heard = []
    await sub.subscribe('order', text => heard.push(text))
    await Promise.all(numbers(1000).map(i => r.publish('order', String(i))))
    await until(() => heard.length === 1000)
    assert.deepEqual(heard, numbers(1000).map(String))
  })

  test(`scripts, RESP${RESP}`, async () => {
    const c = await connect({
      scripts: {
        add: defineScript({
          SCRIPT: newText(`return {redis.call('INCRBY', KEYS[1], ARGV[1]), tostring(0.5), false, {ok = 'FINE'}}`),
          NUMBER_OF_KEYS: 1,
          parseCommand: (parser, key, n) => { parser.pushKey(key); parser.push(String(n)) },
          transformReply: reply => reply,
        }),
      },
    })
    assert.deepEqual(await c.add('n', 3), [3, '0.5', null, 'FINE']) // EVALSHA, NOSCRIPT, EVAL
    assert.deepEqual(await c.add('n', 3), [6, '0.5', null, 'FINE']) // EVALSHA
    assert.deepEqual(await c.multi().add('n', 1).get('n').exec(), [[7, '0.5', null, 'FINE'], '7'])
    const text = newText(`return redis.call('GET', KEYS[1])`)
    const sha = await r.scriptLoad(text)
    assert.deepEqual(await r.scriptExists([sha, 'f'.repeat(40)]), [1, 0])
    assert.equal(await r.evalSha(sha, { keys: ['n'] }), '7')
    assert.equal(await r.evalShaRo(sha, { keys: ['n'] }), '7')
    await assert.rejects(r.evalSha('f'.repeat(40)), /NOSCRIPT/)
    await assert.rejects(r.evalRo(`return redis.call('DEL', KEYS[1])`, { keys: ['n'] }), /Write commands are not allowed/)
    if (RESP === 3) {
      assert.deepEqual({ ...await r.eval(`redis.setresp(3) return redis.call('HGETALL', KEYS[1])`, { keys: ['none'] }) }, {})
      assert.equal(await r.eval(`redis.setresp(3) return {double = 1.5}`), 1.5)
      assert.equal(await r.eval(`redis.setresp(3) return true`), true)
    }
  })

  test(`blocking commands, RESP${RESP}`, async () => {
    const waits = await Promise.all(numbers(3).map(() => connect()))
    const popped = Promise.all([waits[0].blPop(['l', 'm'], 10), waits[1].bzPopMin('z', 10), waits[2].blMove('from', 'to', 'LEFT', 'RIGHT', 10)])
    await until(async () => /blocked_clients:3/.test(await r.info('clients')))
    await r.rPush('m', 'x')
    await r.zAdd('z', { score: 2, value: 'y' })
    await r.rPush('from', 'w')
    const [list, set, moved] = await popped
    assert.deepEqual([{ ...list }, { ...set }, moved], [{ key: 'm', element: 'x' }, { key: 'z', value: 'y', score: 2 }, 'w'])
    const began = Date.now()
    assert.equal(await waits[0].blPop('l', 0.2), null)
    assert.ok(Date.now() - began >= 190)
  })

  test(`streams, RESP${RESP}`, async () => {
    for (const i of numbers(10)) await r.xAdd('s', `1-${i + 1}`, { n: String(i) })
    await r.xGroupCreate('s', 'g', '0')
    const [read] = await r.xReadGroup('g', 'ada', { key: 's', id: '>' }, { COUNT: 4 })
    assert.equal(read.name, 's')
    assert.deepEqual(read.messages.map(m => [m.id, m.message.n]), numbers(4).map(i => [`1-${i + 1}`, String(i)]))
    assert.equal(await r.xAck('s', 'g', ['1-1', '1-2']), 2)
    const pending = await r.xPending('s', 'g')
    assert.deepEqual([pending.pending, pending.firstId, pending.lastId], [2, '1-3', '1-4'])
    const claimed = await r.xAutoClaim('s', 'g', 'charles', 0, '0')
    assert.deepEqual(claimed.messages.map(m => m.id), ['1-3', '1-4'])
    assert.equal((await r.xInfoStream('s')).length, 10)
    const waiting = (await connect()).xRead({ key: 's', id: '$' }, { BLOCK: 10_000 })
    await until(async () => /blocked_clients:1/.test(await r.info('clients')))
    const id = await r.xAdd('s', '*', { late: 'yes' })
    const [{ messages }] = await waiting
    assert.deepEqual(messages.map(m => [m.id, m.message.late]), [[id, 'yes']])
  })

  test(`scanning, RESP${RESP}`, async () => {
    const read = async pages => {
      const all = []
      for await (const page of pages) all.push(...page)
      return all
    }
    await r.mSet(numbers(1000).map(i => [`key:${i}`, String(i)]))
    await r.lPush('list', 'x')
    assert.equal(new Set(await read(r.scanIterator({ MATCH: 'key:*', COUNT: 50 }))).size, 1000)
    assert.deepEqual(await read(r.scanIterator({ TYPE: 'list' })), ['list'])
    await r.hSet('h', Object.fromEntries(numbers(600).map(i => [`f${i}`, String(i)])))
    assert.equal(new Set((await read(r.hScanIterator('h'))).map(e => e.field)).size, 600)
    await r.sAdd('set', numbers(600).map(String))
    assert.equal(new Set(await read(r.sScanIterator('set'))).size, 600)
    await r.zAdd('z', numbers(300).map(i => ({ score: i, value: `m${i}` })))
    assert.equal(new Set((await read(r.zScanIterator('z'))).map(e => e.value)).size, 300)
  })
}
