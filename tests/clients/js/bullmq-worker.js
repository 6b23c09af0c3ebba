// A worker in a process of its own, for tests: it sends its parent the id of every job that it begins. A job with
// {fate: 'hang'} never ends; then the process can be killed at work.
//
//	node bullmq-worker.js QUEUE ioredis|node-redis CONCURRENCY LOCK
//
// LOCK is for how many milliseconds it holds a job without saying that it lives; it looks for jobs of the dead twice as often.

import { setImmediate } from 'node:timers/promises'
import { Worker } from 'bullmq'
import { Redis } from 'ioredis'
import { createClient } from 'redis'
import { address } from './server.js'

const [queue, driver, concurrency, lock] = process.argv.slice(2)

async function connect() {
  if (driver === 'ioredis') return new Redis({ ...address, maxRetriesPerRequest: null })
  const client = createClient({ socket: address })
  client.on('error', error => { throw error })
  return client.connect()
}

const worker = new Worker(queue, async job => {
  process.send(job.id)
  if (job.data.fate === 'hang') await new Promise(() => {})
  await setImmediate()
  return Number(job.id)
}, { connection: await connect(), concurrency: Number(concurrency), lockDuration: Number(lock), stalledInterval: Number(lock) / 2 })
worker.on('error', error => { throw error })
