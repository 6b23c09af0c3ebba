// The server under test, and waiting for what happens there by itself.

const [host, port] = (process.env.CLIENTS_SERVER ?? '').split(':')
if (!port) throw new Error('CLIENTS_SERVER=host:port says which server is tested; its data will be deleted')

export const address = { host, port: Number(port) }

// patience is how long, in milliseconds, something may take that happens by itself.
export const patience = 60_000

// until waits until condition() is true, or a promise of true, and returns what it was; for limit milliseconds at most.
export async function until(condition, what = condition.toString(), limit = patience) {
  for (const deadline = Date.now() + limit; Date.now() < deadline; await sleep(5)) {
    const value = await condition()
    if (value) return value
  }
  throw new Error(`never came to pass: ${what}`)
}

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

// newText makes a script that the server cannot know yet, so that EVALSHA does not find it.
export const newText = text => `-- ${process.hrtime.bigint()} ${process.pid}\n${text}`

export const numbers = n => Array.from({ length: n }, (_, i) => i)
