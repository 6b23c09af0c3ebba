// ioredis, in both protocols: what its users do with it.

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { Redis } from 'ioredis'
import { address, newText, numbers, until } from './server.js'

const opened = []
const connectWith = options => {
  const r = new Redis({ ...address, ...options })
  opened.push(r)
  return r
}
const admin = connectWith({})
beforeEach(() => admin.flushall())
after(() => opened.forEach(c => c.disconnect()))

for (const protocol of [2, 3]) {
  const connect = (options = {}) => connectWith({ protocol, ...options })
  const r = connect()

  test(`values, RESP${protocol}`, async () => {
    assert.equal(await r.set('k', 'v', 'PX', 60_000, 'NX'), 'OK')
    assert.equal(await r.set('k', 'w', 'NX'), null)
    assert.ok(await r.pttl('k') > 50_000)
    const bytes = Buffer.from([0, 255, 13, 10])
    await r.set('b', bytes)
    assert.deepEqual(await r.getBuffer('b'), bytes)
    await r.hset('h', { a: 1, b: 'two' })
    assert.deepEqual(await r.hgetall('h'), { a: '1', b: 'two' })
    await r.mset(new Map([['x', '1'], ['y', '2']]))
    assert.deepEqual(await r.mget('x', 'none', 'y'), ['1', null, '2'])
    await r.zadd('z', 1.5, 'a', '-inf', 'b')
    assert.deepEqual(await r.zrange('z', 0, -1, 'WITHSCORES'), ['b', '-inf', 'a', '1.5'])
    await assert.rejects(r.incr('h'), /^ReplyError: WRONGTYPE/)
    const prefixed = connect({ keyPrefix: 'p:' })
    await prefixed.mset('a', 1, 'b', 2)
    assert.deepEqual((await r.keys('p:*')).sort(), ['p:a', 'p:b'])
  })

  test(`pipelines, RESP${protocol}`, async () => {
    const p = r.pipeline()
    for (const i of numbers(1000)) p.set(`k${i}`, i).incr(`k${i}`)
    p.lpush('k0', 'x')
    const replies = await p.exec()
    assert.equal(replies.length, 2001)
    for (const i of numbers(1000)) assert.deepEqual(replies.slice(2 * i, 2 * i + 2), [[null, 'OK'], [null, i + 1]])
    assert.match(replies[2000][0].message, /^WRONGTYPE/)

    const auto = connect({ enableAutoPipelining: true })
    const values = await Promise.all(numbers(1000).map(i => auto.get(`k${i}`)))
    assert.deepEqual(values, numbers(1000).map(i => String(i + 1)))
  })

  test(`transactions, RESP${protocol}`, async () => {
    assert.deepEqual(await r.multi().set('n', 1).incr('n').get('n').exec(), [[null, 'OK'], [null, 2], [null, '2']])
    const [[, two], [failed]] = await r.multi().incrby('n', 5).lpush('n', 'x').exec()
    assert.equal(two, 7)
    assert.match(failed.message, /^WRONGTYPE/)
    await assert.rejects(r.multi().set('n', 1).call('set', 'n').exec(), /EXECABORT/)
    assert.equal(await r.get('n'), '7')

    await r.multi({ pipeline: false })
    assert.equal(await r.incr('n'), 'QUEUED')
    assert.deepEqual(await r.exec(), [[null, 8]])
    await r.multi({ pipeline: false })
    await r.incr('n')
    assert.equal(await r.discard(), 'OK')

    await r.watch('n')
    await connect().set('n', 100)
    assert.equal(await r.multi().incr('n').exec(), null)
    // Eight connections add to one number by WATCH, GET and SET.
    await Promise.all(numbers(8).map(async () => {
      const mine = connect()
      for (let done = 0; done < 10;) {
        await mine.watch('n')
        const n = Number(await mine.get('n'))
        if (await mine.multi().set('n', n + 1).exec()) done++
      }
    }))
    assert.equal(await r.get('n'), '180')
  })

  test(`pub/sub, RESP${protocol}`, async () => {
    const sub = connect()
    const got = []
    sub.on('message', (channel, text) => got.push([channel, text]))
    sub.on('pmessage', (pattern, channel, text) => got.push([pattern, channel, text]))
    sub.on('smessage', (channel, text) => got.push(['shard', channel, text]))
    assert.equal(await sub.subscribe('a', 'b'), 2)
    assert.equal(await sub.psubscribe('a*'), 3)
    await sub.ssubscribe('s')
    assert.equal(await r.publish('a', '1'), 2)
    assert.equal(await r.publish('b', '2'), 1)
    assert.equal(await r.spublish('s', '3'), 1)
    await until(() => got.length === 4)
    assert.deepEqual(got, [['a', '1'], ['a*', 'a', '1'], ['b', '2'], ['shard', 's', '3']])
    if (protocol === 2) await assert.rejects(async () => sub.get('k'), /subscriber mode/)
    else assert.equal(await sub.get('k'), null)
    assert.deepEqual((await r.pubsub('CHANNELS')).sort(), ['a', 'b'])

    // A subscriber whose connection is cut comes back and subscribes again by itself.
    const id = (await r.client('LIST', 'TYPE', 'PUBSUB')).match(/id=(\d+)/)[1]
    assert.equal(await r.client('KILL', 'ID', id), 1)
    await until(async () => await r.publish('b', 'again') === 1)
    await until(() => got.at(-1)[1] === 'again')
    await sub.unsubscribe('a', 'b')
    await sub.punsubscribe('a*')
    await sub.sunsubscribe('s')
    assert.equal(await r.publish('a', 'nobody'), 0)
    await sub.set('k', 'out of the mode')
    assert.equal(await sub.get('k'), 'out of the mode')

    const order = numbers(1000).map(String)
    const heard = []
    await sub.subscribe('order')
    sub.on('message', (channel, text) => channel === 'order' && heard.push(text))
    await Promise.all(order.map(i => r.publish('order', i)))
    await until(() => heard.length === 1000)
    assert.deepEqual(heard, order)
    await sub.unsubscribe('order')
  })

  test(`scripts, RESP${protocol}`, async () => {
    const lua = newText(`
      redis.call('SET', KEYS[1], ARGV[1])
      return {redis.call('GET', KEYS[1]), 3.99, true, {1, {'deep'}}, false, 'not reached: no, it is, false is null'}`)
    const mine = connect()
    mine.defineCommand('setget', { numberOfKeys: 1, lua })
    const want = v => [v, 3, 1, [1, ['deep']], null, 'not reached: no, it is, false is null']
    assert.deepEqual(await mine.setget('k', 'v'), want('v')) // EVALSHA, NOSCRIPT, EVAL
    assert.deepEqual(await mine.setget('k', 'w'), want('w')) // EVALSHA
    // In a pipeline the client asks with SCRIPT EXISTS first.
    const other = connect({ keyPrefix: 'p:', scripts: { fresh: { numberOfKeys: 1, lua: newText(`return KEYS[1] .. ARGV[1]`) } } })
    assert.deepEqual(await other.pipeline().fresh('a', 1).set('x', 1).fresh('b', 2).exec(), [[null, 'p:a1'], [null, 'OK'], [null, 'p:b2']])
    assert.deepEqual(await other.multi().fresh('a', 1).incr('x').exec(), [[null, 'p:a1'], [null, 2]])

    const text = newText(`return redis.call('INCR', KEYS[1])`)
    await assert.rejects(r.evalsha('f'.repeat(40), 0), /NOSCRIPT No matching script/)
    const sha = await r.script('LOAD', text)
    assert.deepEqual(await r.script('EXISTS', sha, 'f'.repeat(40)), [1, 0])
    assert.equal(await r.evalsha(sha, 1, 'n'), 1)
    assert.equal(await r.eval(text, 1, 'n'), 2)
    await r.set('word', 'x')
    await assert.rejects(r.evalsha(sha, 1, 'word'), /ERR value is not an integer or out of range script: /)
    await assert.rejects(r.eval(`return redis.error_reply('MINE is bad')`, 0), /^ReplyError: MINE is bad/)
    await assert.rejects(r.eval('this is no lua', 0), /ERR Error compiling script/)
  })

  test(`blocking commands, RESP${protocol}`, async () => {
    const waits = numbers(3).map(() => connect())
    const popped = Promise.all([waits[0].blpop('l', 'm', 10), waits[1].bzpopmin('z', 10), waits[2].blmove('from', 'to', 'LEFT', 'RIGHT', 10)])
    await until(async () => /blocked_clients:3/.test(await r.info('clients')))
    await r.rpush('m', 'x')
    await r.zadd('z', 2, 'y')
    await r.rpush('from', 'w')
    assert.deepEqual(await popped, [['m', 'x'], ['z', 'y', '2'], 'w'])
    const began = Date.now()
    assert.equal(await waits[0].blpop('l', 0.2), null)
    assert.ok(Date.now() - began >= 190)
  })

  test(`streams, RESP${protocol}`, async () => {
    for (const i of numbers(10)) await r.xadd('s', `1-${i + 1}`, 'n', i)
    await r.xgroup('CREATE', 's', 'g', '0')
    await r.xgroup('CREATE', 'empty', 'g', '$', 'MKSTREAM')
    const [[name, entries]] = await r.xreadgroup('GROUP', 'g', 'ada', 'COUNT', 4, 'STREAMS', 's', '>')
    assert.equal(name, 's')
    assert.deepEqual(entries, numbers(4).map(i => [`1-${i + 1}`, ['n', String(i)]]))
    assert.equal(await r.xack('s', 'g', '1-1', '1-2'), 2)
    assert.deepEqual((await r.xpending('s', 'g')), [2, '1-3', '1-4', [['ada', '2']]])
    const [next, claimed] = await r.xautoclaim('s', 'g', 'charles', 0, '0')
    assert.equal(next, '0-0')
    assert.deepEqual(claimed.map(e => e[0]), ['1-3', '1-4'])
    const waiting = connect().xread('BLOCK', 10_000, 'STREAMS', 's', '$')
    await until(async () => /blocked_clients:1/.test(await r.info('clients')))
    const id = await r.xadd('s', '*', 'late', 'yes')
    assert.deepEqual(await waiting, [['s', [[id, ['late', 'yes']]]]])
  })

  test(`scanning, RESP${protocol}`, async () => {
    const read = async stream => {
      const all = []
      for await (const page of stream) all.push(...page)
      return all
    }
    await r.mset(...numbers(1000).flatMap(i => [`key:${i}`, i]), 'other', 1)
    const keys = await read(r.scanStream({ match: 'key:*', count: 50 }))
    assert.deepEqual(new Set(keys), new Set(numbers(1000).map(i => `key:${i}`)))
    await r.hset('h', Object.fromEntries(numbers(600).map(i => [`f${i}`, i])))
    const pairs = await read(r.hscanStream('h'))
    assert.equal(Object.keys(Object.fromEntries(numbers(pairs.length / 2).map(i => pairs.slice(2 * i, 2 * i + 2)))).length, 600)
    await r.sadd('set', numbers(600))
    assert.equal(new Set(await read(r.sscanStream('set'))).size, 600)
    await r.zadd('z', ...numbers(300).flatMap(i => [i, `m${i}`]))
    assert.equal(new Set(await read(r.zscanStream('z', { match: 'm1*' }))).has('m199'), true)
  })
}

test('the types of RESP3', async () => {
  const r = connectWith({ protocol: 3, replyMapping: 'resp3' })
  await r.zadd('z', 1.5, 'a', 'inf', 'b')
  assert.equal(await r.zscore('z', 'a'), 1.5)
  assert.deepEqual(await r.zrange('z', 0, -1, 'WITHSCORES'), [['a', 1.5], ['b', Infinity]])
  await r.hset('h', { f: 'v' })
  assert.deepEqual(await r.hgetall('h'), { f: 'v' })
  assert.equal(await r.get('none'), null)
})
