import { type Db, openDb } from '@yardmaster/store'
import type { TestDaemon } from '../../../../test/daemon'

/** A row as it lies in the database, or null: to be compared with what it was. */
export async function stored(db: Db, table: string, id: string): Promise<object | null> {
  const [row] = await db.query<{ row: object }>({
    text: `select to_jsonb(x) as row from ${table} x where id = $1`,
    values: [id],
  })
  return row?.row ?? null
}

/** Everything that a call could have written, as one text for each table. Refusals too are noted in the audit log and counted: those are left out. */
export async function everything(db: Db): Promise<Record<string, string>> {
  const tables = await db.query<{ name: string }>({
    text: `select table_name as name from information_schema.tables
           where table_schema = 'public' and table_type = 'BASE TABLE' and table_name not like 'knex%' and table_name not in ('audit_log', 'rate_limits')
           order by 1`,
  })
  const contents: Record<string, string> = {}
  for (const { name } of tables) {
    // The heartbeat of the daemon's own runtime goes on.
    const shown = name === 'runtimes' ? "to_jsonb(x) - 'last_seen_at'" : 'to_jsonb(x)'
    const [row] = await db.query<{ all: string }>({
      text: `select coalesce(string_agg(t, E'\\n' order by t), '') as all from (select (${shown})::text as t from ${name} x) rows`,
    })
    contents[name] = row?.all ?? ''
  }
  return contents
}

/**
 * Holds a session's row, or that of another table, while a call runs into it, changes the database there, and lets go: what
 * happens between the call's look and its write.
 */
export async function inBetween<T>(
  { database }: TestDaemon,
  id: string,
  call: () => Promise<T>,
  change: string,
  values: unknown[],
  table: 'sessions' | 'worktrees' = 'sessions',
): Promise<T> {
  const other = openDb({ url: database.ownerUrl, max: 2 })
  try {
    let answer: Promise<T> | undefined
    await other.transaction(async (tx) => {
      await tx.query({ text: `select from ${table} where id = $1 for update`, values: [id] })
      answer = call()
      let answered = false
      void answer.finally(() => {
        answered = true
      })
      if (!(await somebodyWaits(other, () => answered)))
        throw new Error(`The call did not wait for the row of ${table}.`)
      await tx.query({ text: change, values })
    })
    return await answer!
  } finally {
    await other.close()
  }
}

/** Whether somebody comes to wait for a lock before it is over. */
export async function somebodyWaits(db: Db, isOver: () => boolean, many = 1): Promise<boolean> {
  while (!isOver()) {
    const [row] = await db.query<{ waits: boolean }>({
      text: `select count(*) >= ${many} as waits from pg_stat_activity
             where datname = current_database() and wait_event_type = 'Lock'`,
    })
    if (row?.waits) return true
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  return false
}
