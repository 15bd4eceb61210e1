import { DatabaseError } from 'pg'
import type { Db, Queryable } from './db.js'
import { statement } from './statement.js'

/** Calls in one statement at most. The planner is told so too: by a guess of its own it would read whole tables. */
const MOST = 16

/** One kind of call that a statement answers for several callers at once. */
export interface Together<Call> {
  /** Of the statement, as for {@link statement}. */
  name: string
  /** The columns of `asked`, as SQL: `id uuid, attempt int`. Each call is an object with these fields. */
  columns: string
  /**
   * SQL that answers the rows of `asked`, given as a CTE that stands first in it. Each answer repeats the `n` of its
   * call; a call without one is answered undefined.
   */
  text: string
  /** Calls with the same key do not go into one statement, but into one after the other, in their order. */
  keyOf?: (call: Call) => string
}

/**
 * A set-wise statement: calls that come while others of their kind are under way wait for them and then go together,
 * up to 16 at a time. One statement of a kind is under way at a time; two gathered fewer calls each and took an eighth
 * more processor time. So it must not wait for locks that anybody else holds for long. For each alone Postgres would open the same tables, check the same plan and write its commit to
 * the disk again; that is most of what a short statement costs. Each caller gets its own row once the statement is
 * committed, and its own error: one that fails because of what somebody asked is repeated call by call.
 *
 * In a transaction a call goes by itself, in its place.
 */
export function together<Call extends object, Row extends object>({
  name,
  columns,
  text,
  keyOf,
}: Together<Call>): (on: Queryable, call: Call) => Promise<Row | undefined> {
  const ask = statement<[calls: string], Row & { n: number }>(
    name,
    `with asked as materialized (
       select * from json_to_recordset($1::json) as a (n int, ${columns}) limit ${MOST}), ${text}`,
  )
  const run = async (on: Queryable, calls: Call[]): Promise<(Row | undefined)[]> => {
    const answers = new Array<Row | undefined>(calls.length)
    for (const { n, ...row } of await ask(on, JSON.stringify(calls.map((call, n) => ({ n, ...call })))))
      answers[n] = row as unknown as Row
    return answers
  }
  const gatherings = new WeakMap<Db, Gathering<Call, Row>>()
  return async (on, call) => {
    if (!isDb(on)) return (await run(on, [call]))[0]
    const gathering = gatherings.get(on) ?? new Gathering<Call, Row>((calls) => run(on, calls), keyOf)
    gatherings.set(on, gathering)
    return gathering.ask(call)
  }
}

const isDb = (on: Queryable): on is Db => 'transaction' in on

interface Waiting<Call, Row> {
  call: Call
  key: string | undefined
  resolve(row: Row | undefined): void
  reject(error: unknown): void
}

class Gathering<Call, Row> {
  #waiting: Waiting<Call, Row>[] = []
  #running = false
  #called = false

  constructor(
    private readonly run: (calls: Call[]) => Promise<(Row | undefined)[]>,
    private readonly keyOf?: (call: Call) => string,
  ) {}

  ask(call: Call): Promise<Row | undefined> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ call, key: this.keyOf?.(call), resolve, reject })
      this.#soon()
    })
  }

  /** After what has arrived by now is read: calls that come with one look at the sockets go together from the start. */
  #soon(): void {
    if (this.#called || this.#running || this.#waiting.length === 0) return
    this.#called = true
    setImmediate(() => {
      this.#called = false
      void this.#carryOut(this.#next())
    })
  }

  #next(): Waiting<Call, Row>[] {
    const batch: Waiting<Call, Row>[] = []
    const later: Waiting<Call, Row>[] = []
    const keys = new Set<string>()
    for (const one of this.#waiting) {
      const isFree = batch.length < MOST && (one.key === undefined || !keys.has(one.key))
      ;(isFree ? batch : later).push(one)
      if (one.key !== undefined) keys.add(one.key)
    }
    this.#waiting = later
    return batch
  }

  async #carryOut(batch: Waiting<Call, Row>[]): Promise<void> {
    this.#running = true
    try {
      const rows = await this.run(batch.map(({ call }) => call))
      batch.forEach(({ resolve }, at) => {
        resolve(rows[at])
      })
    } catch (error) {
      // Nothing of it was written. What the database never answered may have been, and is not said again.
      if (batch.length > 1 && error instanceof DatabaseError) await this.#oneByOne(batch)
      else for (const { reject } of batch) reject(error)
    }
    this.#running = false
    this.#soon()
  }

  async #oneByOne(batch: Waiting<Call, Row>[]): Promise<void> {
    for (const { call, resolve, reject } of batch) {
      await this.run([call]).then(([row]) => resolve(row), reject)
    }
  }
}
