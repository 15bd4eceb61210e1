import { executingStatuses, YardmasterError } from '@yardmaster/protocol'
import { onlyRow, presentSession, type Queryable, statement } from '@yardmaster/store'
import { asSystem, inSession, type Ledger } from '../ledger/ledger.js'
import { logged, quoted } from '../ledger/logged.js'
import type { Fleet } from '../sweep/brake.js'

/** A runtime whose sessions are to be told, and since when, as the database writes it. */
interface Untold {
  id: string
  untold_since: string
}

const comeBack = statement<[string], Untold>(
  'runtime-came-back',
  `update runtimes set offline_since = null, untold_since = clock_timestamp()
   where id = $1 and offline_since is not null returning id, untold_since::text`,
)
const goneQuiet = statement<[number, string], Untold>(
  'runtimes-gone-quiet',
  `update runtimes set offline_since = last_seen_at, untold_since = clock_timestamp()
   where offline_since is null and last_seen_at < $2::timestamptz - $1 * interval '1 millisecond'
   returning id, untold_since::text`,
)
const leftUntold = statement<[number, string], Untold>(
  'runtimes-left-untold',
  `select id, untold_since::text from runtimes where untold_since < $2::timestamptz - $1 * interval '1 millisecond'`,
)
// Not one that has changed again meanwhile: that is told by whoever saw it.
const setTold = statement<[string, string], never>(
  'runtime-was-told',
  'update runtimes set untold_since = null where id = $1 and untold_since = $2::timestamptz',
)
const fleet = statement<[number, string], Fleet>(
  'fleet',
  `select count(*) as heard,
     count(*) filter (where last_seen_at < $2::timestamptz - $1 * interval '1 millisecond') as quiet
   from runtimes where offline_since is null and last_seen_at is not null`,
)
// A session that shows its runtime's state: those at work or waiting, and those somebody may be looking at.
const affected = statement<[string], { id: string }>(
  'sessions-of-runtime',
  `select s.id from sessions s
   where s.runtime_id = $1 and s.archived_at is null
   union
   select t.session_id from tasks t
   where t.runtime_id = $1 and t.status in (${quoted(executingStatuses)})
   order by 1`,
)
const tell = statement<[number, string], { wire: object }>(
  'tell-session-status',
  logged('sessions patched', `select s.id, ${presentSession('s')} as wire from sessions s where s.id = $2`),
)

/** The runtime is there again: its sessions say so. */
export async function tellOnline(ledger: Ledger, runtime_id: string): Promise<void> {
  for (const back of await comeBack(ledger.db, runtime_id)) await tellSessions(ledger, back)
}

/** How many of the runtimes that count as there had not been heard for `timeout` milliseconds at the moment `as_of`. */
export const lookAtFleet = async (on: Queryable, timeout: number, as_of: string): Promise<Fleet> =>
  onlyRow(await fleet(on, timeout, as_of))

/**
 * Finds runtimes not heard of for `timeout` milliseconds at the moment `as_of`; their sessions say so. So do those that
 * somebody was to tell, for as long, and was killed over it. Nothing else changes.
 */
export async function tellOffline(ledger: Ledger, timeout: number, as_of: string): Promise<void> {
  const left = await leftUntold(ledger.db, timeout, as_of)
  for (const one of [...(await goneQuiet(ledger.db, timeout, as_of)), ...left])
    await tellSessions(ledger, one)
}

/** Removed meanwhile: the others are told all the same. */
function unlessGone(error: unknown): void {
  if (!(error instanceof YardmasterError && error.code === 'NOT_FOUND')) throw error
}

async function tellSessions(ledger: Ledger, { id: runtime_id, untold_since }: Untold): Promise<void> {
  for (const { id } of await affected(ledger.db, runtime_id))
    await inSession(ledger, id, asSystem, 1, (session) => session.log('sessions', 'patched', tell)).catch(
      unlessGone,
    )
  await setTold(ledger.db, runtime_id, untold_since)
}
