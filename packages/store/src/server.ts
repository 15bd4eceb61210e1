import { Client } from 'pg'
import { StoreError } from './errors.js'

const OLDEST_MAJOR = 15

/**
 * Makes sure that a server answers and is new enough.
 *
 * @param timeoutMs default 5000
 * @throws StoreError DATABASE_UNREACHABLE or DATABASE_TOO_OLD
 */
export async function checkServer(url: string, timeoutMs = 5_000): Promise<void> {
  const client = new Client({
    connectionString: url,
    connectionTimeoutMillis: timeoutMs,
    query_timeout: timeoutMs,
  })
  client.on('error', () => {})
  try {
    await client.connect()
    const { rows } = await client.query<{ server_version_num: string }>('show server_version_num')
    const major = Math.floor(Number(rows[0]?.server_version_num) / 10_000)
    if (major < OLDEST_MAJOR) {
      throw new StoreError(
        'DATABASE_TOO_OLD',
        `The database at ${client.host} is Postgres ${major}; Yardmaster needs ${OLDEST_MAJOR} or newer.`,
      )
    }
  } catch (error) {
    if (error instanceof StoreError) throw error
    throw new StoreError(
      'DATABASE_UNREACHABLE',
      `The database ${client.database} at ${client.host}:${client.port} cannot be used as ${client.user} ` +
        `(${reason(error)}): start it, or correct DATABASE_URL (or DATABASE_OWNER_URL).`,
      { cause: error },
    )
  } finally {
    await client.end().catch(() => {})
  }
}

/** The user that a url signs in as. */
export function roleOf(url: string): string {
  return new Client({ connectionString: url }).user ?? ''
}

function reason(error: unknown): string {
  // An AggregateError, one error per address tried, has no message of its own.
  const first = error instanceof AggregateError ? error.errors[0] : error
  return first instanceof Error ? first.message : String(first)
}
