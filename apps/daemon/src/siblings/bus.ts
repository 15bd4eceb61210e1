import { setTimeout as delay } from 'node:timers/promises'
import { Redis, type RedisOptions } from 'ioredis'
import { StartFailure } from '../start/failure.js'
import type { Log } from '../yard.js'

/** Milliseconds within which Redis has to answer. */
const patience = 5_000
/** The adapter reads the stream in calls that wait so long for something to come. Milliseconds. */
export const longestRead = 5_000

const reconnecting: RedisOptions = {
  connectTimeout: patience,
  retryStrategy: (tries) => Math.min(50 * tries, 1_000),
  // A connection that nobody answers on any more (Redis stopped, a cable pulled) is given up, not waited for.
  socketTimeout: 2 * longestRead,
}

/** What is written is dropped while Redis is away: it would pile up, and the log has it. */
const writing: RedisOptions = {
  ...reconnecting,
  enableOfflineQueue: false,
  autoResendUnfulfilledCommands: false,
  commandTimeout: patience,
}

/** What is read waits for Redis to come back. */
const reading: RedisOptions = { ...reconnecting, maxRetriesPerRequest: null }

/** The connections to Redis: one that writes, and those that the adapter makes from it to read. */
export interface Bus {
  redis: Redis
  close(): void
}

/**
 * Connects, and tries what the adapter will do.
 *
 * @param stream an entry that means nothing is written to it
 * @throws StartFailure when Redis does not answer or refuses. Once connected, Redis may go and come back
 */
export async function openBus(url: string, stream: string, log: Log): Promise<Bus> {
  const redis = new Redis(url, writing)
  const readers: Redis[] = []
  let last: Error | null = null
  redis.on('error', (error: Error) => {
    last = error
  })
  try {
    await new Promise((resolve, reject) => redis.once('ready', resolve as () => void).once('close', reject))
    await redis.xadd(stream, 'MAXLEN', '~', 1, '*', 'hello', '')
  } catch (error) {
    redis.disconnect()
    throw new StartFailure(
      `Redis at ${placeOf(url)} cannot be used (${reason(last ?? error)}): start it or correct REDIS_URL, or leave that out where one daemon is enough.`,
    )
  }
  let there = true
  redis.on('close', () => {
    if (there) log.warn('Redis went away: what happens on other daemons shows late here, from the log.')
    there = false
  })
  redis.on('ready', () => {
    if (!there) log.info('Redis is back.')
    there = true
  })
  // Published hints are told to nobody while it is away, and nobody waits for the answer.
  const publish = redis.publish.bind(redis)
  redis.publish = ((...message: Parameters<typeof publish>) => publish(...message).catch(() => 0)) as never
  redis.duplicate = () => {
    const reader = new Redis(url, reading)
    readers.push(readGently(reader))
    return reader
  }
  return {
    redis,
    close() {
      redis.removeAllListeners('close')
      for (const one of [redis, ...readers]) one.disconnect()
    },
  }
}

/** The adapter reads again at once when reading failed, and would turn in circles where it fails at once. */
function readGently(reader: Redis): Redis {
  const read = reader.xread.bind(reader) as (...args: unknown[]) => Promise<unknown>
  reader.xread = ((...args: unknown[]) =>
    read(...args).catch(async (error: unknown) => {
      await delay(500, undefined, { ref: false })
      throw error
    })) as never
  return reader
}

/** Without user and password. */
const placeOf = (url: string): string => new URL(url).host || 'localhost'

const reason = (error: unknown): string => {
  const { code, message } = error as { code?: string; message: string }
  // Redis' own refusals begin with a word in capitals, and may repeat what was sent.
  return code ?? /^[A-Z]+\b/.exec(message)?.[0] ?? message
}
