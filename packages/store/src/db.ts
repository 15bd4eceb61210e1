import { DatabaseError, Pool, type PoolClient, types } from 'pg'
import { StoreError } from './errors.js'
import type { Log } from './log.js'

export interface Query {
  /** Makes it a prepared statement; the same name must always come with the same text. */
  name?: string
  text: string
  values?: unknown[]
}

export interface Queryable {
  /** Runs one statement. Throws pg's `DatabaseError`, or a `StoreError` when the database does not answer. */
  query<Row>(query: Query): Promise<Row[]>
}

/** An open transaction, valid until the work it was given to returns. */
export interface Tx extends Queryable {
  /**
   * Has `effect` run once the transaction is committed, in the order of the calls, and never after a
   * rollback. An error in it is logged and not thrown: the write was already acknowledged by the database.
   */
  afterCommit(effect: () => unknown): void
}

export interface Db extends Queryable {
  /**
   * Runs `work` in one READ COMMITTED transaction on one connection: commits when it resolves, rolls back
   * and throws its error when it rejects. Resolves after the `afterCommit` effects have run. A failed
   * commit throws, and whether it was carried out is then not known.
   */
  transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T>
  /** Waits for running statements, then closes every connection. */
  close(): Promise<void>
}

export interface DbOptions {
  url: string
  /** Connections at most, default 10. One per transaction that is open at once; 10 to 20 was fastest. */
  max?: number
  log?: Log
}

const INT8 = types.builtins.INT8

// Counts and sequence numbers stay far below 2^53, and strings would reach the wire.
const typesWithNumbers: Pick<typeof types, 'getTypeParser'> = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === INT8 ? Number : types.getTypeParser(oid, format)) as typeof types.getTypeParser,
}

/** Opens a pool of connections to Postgres. Nothing connects before the first statement. */
export function openDb({ url, max = 10, log = console }: DbOptions): Db {
  const pool = new Pool({
    connectionString: url,
    max,
    types: typesWithNumbers,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    // A daemon that is frozen inside a transaction must not keep its locks from the others.
    idle_in_transaction_session_timeout: 30_000,
    application_name: 'yardmaster',
    // jsonb writes times in the connection's zone, and rows go out as the database writes them. On a disk without arms a
    // page by an index costs what any other does; at the default of 4, few rows by key were read as whole small tables.
    options: '-c timezone=UTC -c random_page_cost=1.1',
  })
  // Without a listener an idle connection that Postgres closes would end the process.
  pool.on('error', (error) => log.warn(`A database connection was lost: ${error.message}`))

  async function transaction<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    const client = await reached(() => pool.connect())
    const effects: (() => unknown)[] = []
    let open = true
    let result: T
    // A connection taken from the pool has lost the pool's listener; the statement under way tells of a loss.
    client.on('error', ignore)
    try {
      await reached(() => client.query('begin isolation level read committed'))
      result = await work({
        query: async <Row>(query: Query) => {
          // Past its end the connection is somebody else's transaction.
          if (!open) throw new Error('The transaction is over: a statement in it was not awaited')
          return (await reached(() => client.query(query))).rows as Row[]
        },
        afterCommit: (effect) => void effects.push(effect),
      })
      open = false
      await commit(client)
    } catch (error) {
      open = false
      await rollback(client)
      throw error
    }
    client.off('error', ignore)
    client.release()
    for (const effect of effects) await runEffect(effect, log)
    return result
  }

  return {
    query: async <Row>(query: Query) => (await reached(() => pool.query(query))).rows as Row[],
    transaction,
    close: () => pool.end(),
  }
}

async function commit(client: PoolClient): Promise<void> {
  const { command } = await reached(() => client.query('commit'))
  // Postgres answers the commit of a failed transaction with a rollback and no error, so a statement error
  // that the work swallowed would pass for success.
  if (command !== 'COMMIT') {
    throw new StoreError(
      'TRANSACTION_ABORTED',
      'A statement of the transaction had failed, so nothing was written.',
    )
  }
}

async function rollback(client: PoolClient): Promise<void> {
  try {
    await client.query('rollback')
    client.off('error', ignore)
    client.release()
  } catch {
    client.release(true)
  }
}

async function runEffect(effect: () => unknown, log: Log): Promise<void> {
  try {
    await effect()
  } catch (error) {
    log.error('What follows a committed write failed', error)
  }
}

/** Turns everything that is neither Postgres' answer nor a mistake of ours into `DATABASE_UNREACHABLE`. */
async function reached<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof DatabaseError || error instanceof TypeError || error instanceof RangeError)
      throw error
    throw new StoreError('DATABASE_UNREACHABLE', 'The database does not answer.', { cause: error })
  }
}

function ignore(): void {}
