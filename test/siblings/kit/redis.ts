import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { freePort } from '../../faults/kit/free-port'

export const redisPassword = 'a-password-of-redis'

/** A Redis of the tests' own that keeps nothing, on a free port. It can be killed and started again. */
export class TestRedis {
  #process: ChildProcess | null = null

  private constructor(
    private readonly directory: string,
    readonly port: number,
  ) {}

  /** @throws where there is no `redis-server` */
  static async open(): Promise<TestRedis> {
    const directory = await mkdtemp(join(tmpdir(), 'yardmaster-redis-'))
    const redis = new TestRedis(directory, await freePort())
    const settings = [
      `port ${redis.port}`,
      'bind 127.0.0.1',
      `dir ${directory}`,
      `requirepass ${redisPassword}`,
      'save ""',
    ]
    await writeFile(join(directory, 'redis.conf'), `${settings.join('\n')}\n`)
    await redis.start()
    return redis
  }

  get url(): string {
    return `redis://:${redisPassword}@127.0.0.1:${this.port}`
  }

  /** Starts it, anew after a kill and with nothing in it, and waits until it answers. */
  async start(): Promise<void> {
    const redis = spawn('redis-server', [join(this.directory, 'redis.conf')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    this.#process = redis
    const missing = once(redis, 'error').then(() => {
      throw new Error('There is no redis-server here: install it (Debian: apt-get install redis-server)')
    })
    const ended = once(redis, 'exit').then(() => {
      throw new Error('redis-server did not start')
    })
    const ready = new Promise<void>((resolve) => {
      redis.stdout.on('data', (text: Buffer) => {
        if (text.toString().includes('Ready to accept connections')) resolve()
      })
    })
    await Promise.race([ready, missing, ended])
    ended.catch(() => undefined)
    missing.catch(() => undefined)
  }

  async kill(): Promise<void> {
    const redis = this.#process!
    const exited = once(redis, 'exit')
    redis.kill('SIGKILL')
    await exited
  }

  /** Puts an entry into a stream, as anybody could who has the password. */
  async add(stream: string, fields: Record<string, string>): Promise<void> {
    const client = new Redis(this.url)
    await client.xadd(stream, '*', ...Object.entries(fields).flat())
    client.disconnect()
  }

  async publish(channel: string, message: string | Buffer): Promise<void> {
    const client = new Redis(this.url)
    await client.publish(channel, message)
    client.disconnect()
  }

  async close(): Promise<void> {
    if (this.#process?.exitCode === null && this.#process.signalCode === null) await this.kill()
    await rm(this.directory, { recursive: true, force: true })
  }
}
