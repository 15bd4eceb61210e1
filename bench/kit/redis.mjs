import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'

/** A Redis of the benchmark's own that keeps nothing; gone after `work`. @throws where there is no `redis-server` */
export async function withRedis(work) {
  const port = await freePort()
  const redis = spawn('redis-server', ['-'], { stdio: ['pipe', 'pipe', 'inherit'] })
  const ended = Promise.race([
    once(redis, 'error').then(([cause]) => {
      throw new Error('There is no redis-server here: install it (Debian: apt-get install redis-server).', {
        cause,
      })
    }),
    once(redis, 'exit').then(() => {
      throw new Error('redis-server ended.')
    }),
  ])
  const ready = new Promise((resolve) => {
    redis.stdout.on('data', (text) => {
      if (text.toString().includes('Ready to accept connections')) resolve()
    })
  })
  redis.stdin.end(`port ${port}\nbind 127.0.0.1\nsave ""\n`)
  await Promise.race([ready, ended])
  ended.catch(() => {})
  try {
    return await work({ url: `redis://127.0.0.1:${port}`, pid: redis.pid })
  } finally {
    const exited = once(redis, 'exit')
    redis.kill()
    await exited
  }
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address()
  server.close()
  await once(server, 'close')
  return port
}
