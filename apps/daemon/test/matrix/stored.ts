import type { Db } from '@yardmaster/store'

type Row = Record<string, unknown>

/** Every row of every table, as text, by its table and what names it. */
export type Stored = Map<string, { row: Row; text: string }>

// What tells of calls and of the daemon's own life grows by itself.
const lively = ['access_version', 'audit_log', 'rate_limits', 'knex_migrations', 'knex_migrations_lock']

export async function everyRow(db: Db): Promise<Stored> {
  const tables = await db.query<{ name: string }>({
    text: `select table_name as name from information_schema.tables
           where table_schema = 'public' and table_type = 'BASE TABLE' and not table_name = any($1)`,
    values: [lively],
  })
  const found: Stored = new Map()
  for (const { name } of tables) {
    // The heartbeat of the daemon's own runtime goes on, and a token is marked by being shown.
    const rows = await db.query<{ row: Row }>({
      text: `select to_jsonb(x) - 'last_seen_at' - 'last_used_at' as row from ${name} x`,
    })
    for (const { row } of rows) found.set(`${name} ${nameOf(row)}`, { row, text: JSON.stringify(row) })
  }
  return found
}

const nameOf = ({ id, session_id, seq, ...more }: Row): string =>
  String(id ?? (seq ? `${session_id} ${seq}` : JSON.stringify({ session_id, ...more })))

/** What differs between the two, less the rows that are `spent`, or in a session, worktree, repo or team that is. */
export function differences(before: Stored, after: Stored, spent: ReadonlySet<unknown>): string[] {
  const isSpent = ({ id, session_id, worktree_id, repo_id, team_id }: Row) =>
    [id, session_id, worktree_id, repo_id, team_id].some((one) => one !== undefined && spent.has(one))
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((key) => {
    const [was, is] = [before.get(key), after.get(key)]
    return was?.text === is?.text || isSpent((is ?? was)!.row)
      ? []
      : [`${key}: ${was?.text} became ${is?.text}`]
  })
}
