import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import { YardmasterError } from '@yardmaster/protocol'
import type { Db } from '@yardmaster/store'
import { RateLimiterPostgres, type RateLimiterRes } from 'rate-limiter-flexible'

/** So many at most, in a window of so many seconds that begins with the first. */
export interface Rate {
  points: number
  seconds: number
}

/** What may not be done at will. */
export interface Rates {
  /** Sign-ins that fail, from one address (of IPv6: one /64). */
  sign_in_address: Rate
  /** Passwords that are wrong, for one account from one address. */
  sign_in_account: Rate
  /** Passwords that are wrong, for one account, from all addresses that never signed in to it. */
  sign_in_strangers: Rate
  /** Prompts of one user. */
  prompt: Rate
  /** Sessions that one user has spawned or forked from others. */
  spawn: Rate
}

const minutes = 60

export const usualRates: Rates = {
  sign_in_address: { points: 50, seconds: 15 * minutes },
  sign_in_account: { points: 10, seconds: 15 * minutes },
  sign_in_strangers: { points: 100, seconds: 60 * minutes },
  prompt: { points: 300, seconds: 1 * minutes },
  spawn: { points: 60, seconds: 1 * minutes },
}

/** Days for which an address counts as known to an account after a sign-in from there. */
const remembered = 30 * 24 * 60 * minutes

/** Counts in the database, so that all of its daemons count together. */
export interface Limiter {
  /** Counts one. @throws RATE_LIMITED once there were too many, with the seconds to wait */
  take(kind: keyof Rates, key: string): Promise<void>
  /** It was none of those that are to be counted. */
  giveBack(kind: keyof Rates, key: string): Promise<void>
  /** Begins to count anew. */
  forget(kind: keyof Rates, key: string): Promise<void>
  remember(key: string): Promise<void>
  isRemembered(key: string): Promise<boolean>
}

const doing: Record<keyof Rates, string> = {
  sign_in_address: 'Too many sign-ins failed from your address',
  sign_in_account: 'Too many sign-ins failed',
  sign_in_strangers: 'Too many sign-ins failed',
  prompt: 'You sent too many prompts at once',
  spawn: 'You began too many sessions at once',
}

/** @param rates those that differ from the usual */
export function createLimiter(db: Db, rates: Partial<Rates> = {}): Limiter {
  // The pool of pg is not handed around; what the limiter needs of it is this much.
  const storeClient = {
    query: async (query: Parameters<Db['query']>[0]) => {
      const rows = await db.query(query)
      return { rows, rowCount: rows.length }
    },
  }
  const limiterOf = (keyPrefix: string, { points, seconds }: Rate) =>
    new RateLimiterPostgres({
      ...{ storeClient, storeType: 'pool', tableName: 'rate_limits', tableCreated: true },
      ...{ keyPrefix, points, duration: seconds },
      // Whoever goes on all the same is refused without asking the database.
      inMemoryBlockOnConsumed: points + 1,
    })
  const kinds = Object.keys(usualRates) as (keyof Rates)[]
  const limiters = Object.fromEntries(
    kinds.map((kind) => [kind, limiterOf(kind, rates[kind] ?? usualRates[kind])]),
  ) as Record<keyof Rates, RateLimiterPostgres>
  const known = limiterOf('known', { points: Number.MAX_SAFE_INTEGER, seconds: remembered })

  return {
    async take(kind, key) {
      try {
        await limiters[kind].consume(key)
      } catch (refusal) {
        if (refusal instanceof Error) throw refusal
        const retry_after = Math.max(1, Math.ceil((refusal as RateLimiterRes).msBeforeNext / 1000))
        throw new YardmasterError(
          'RATE_LIMITED',
          `${doing[kind]}; try again in ${retry_after} ${retry_after === 1 ? 'second' : 'seconds'}.`,
          { retry_after },
        )
      }
    },
    giveBack: async (kind, key) => void (await limiters[kind].reward(key)),
    forget: async (kind, key) => void (await limiters[kind].delete(key)),
    remember: async (key) => void (await known.set(key, 1, remembered)),
    isRemembered: async (key) => (await known.get(key)) !== null,
  }
}

/** Addresses that one and the same caller can choose from are one key. */
export const keyOfAddress = (address: string | null | undefined): string => {
  if (!address || !isIPv6(address)) return address ?? 'unknown'
  const [before = '', after = ''] = address.split('::')
  const head = before.split(':').filter(Boolean)
  const gap = 8 - head.length - after.split(':').filter(Boolean).length
  const groups = address.includes('::')
    ? [...head, ...Array<string>(gap).fill('0'), ...after.split(':')]
    : head
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group || '0', 16).toString(16))
    .join(':')}::/64`
}

/** What was typed for an address is not kept, not even here: it may be a password. */
export const keyOfAccount = (email: string): string =>
  createHash('sha256').update(email.toLowerCase()).digest('base64url')
