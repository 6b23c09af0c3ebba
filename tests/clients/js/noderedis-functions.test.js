// node-redis: libraries of functions.

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createClient } from 'redis'
import { address } from './server.js'

for (const RESP of [2, 3]) {
  test(`functions, RESP${RESP}`, async t => {
    const r = await createClient({ socket: address, RESP }).connect()
    t.after(() => r.destroy())
    await r.flushAll()
    const code = `#!lua name=clients
      local function add(keys, args) return redis.call('INCRBY', keys[1], args[1]) end
      redis.register_function('add', add)
      redis.register_function{function_name = 'peek', callback = function(keys) return redis.call('GET', keys[1]) end, flags = {'no-writes'}}`
    assert.equal(await r.functionLoad(code, { REPLACE: true }), 'clients')
    assert.equal(await r.fCall('add', { keys: ['n'], arguments: ['5'] }), 5)
    assert.equal(await r.fCallRo('peek', { keys: ['n'] }), '5')
    await assert.rejects(r.fCallRo('add', { keys: ['n'], arguments: ['5'] }), /Can not execute a script with write flag using \*_ro command/)
    const [library] = await r.functionList({ LIBRARYNAME: 'clients' })
    assert.deepEqual(library.functions.map(f => f.name).sort(), ['add', 'peek'])
    assert.equal(await r.functionDelete('clients'), 'OK')
  })
}
