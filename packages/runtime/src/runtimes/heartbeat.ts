import { executingStatuses, type Run, type RuntimeOrders } from '@yardmaster/protocol'
import { statement } from '@yardmaster/store'
import { reviveRun } from '../attempt/revive.js'
import type { Ledger } from '../ledger/ledger.js'
import { holdSessionsOf } from '../ledger/lock-session.js'
import { quoted } from '../ledger/logged.js'
import { replaced } from './boot.js'
import { tellOnline } from './online.js'

const seen = statement<[string, string], { id: string }>(
  'runtime-seen',
  'update runtimes set last_seen_at = clock_timestamp() where id = $1 and boot_id = $2 returning id',
)
const renew = statement<[string, string[], number, number], { run: string; status: string }>(
  'renew-leases',
  `update tasks set lease_expires_at = clock_timestamp() +
     (case status when 'dispatched' then $3::float8 else $4::float8 end) * interval '1 millisecond'
   where runtime_id = $1 and (id || '.' || attempt) = any($2)
     and status in (${quoted(executingStatuses)})
   returning id || '.' || attempt as run, status`,
)
const stopping = statement<[string], Run>(
  'stopping-runs',
  "select id as task_id, attempt from tasks where runtime_id = $1 and status = 'stopping'",
)

const noMore = statement<[string[]], { id: string }>(
  'sessions-and-people-no-more',
  `select id from unnest($1::uuid[]) as asked (id)
   where not exists (select from sessions s where s.id = asked.id)
     and not exists (select from users u where u.id = asked.id)`,
)

export interface Leases {
  /** Milliseconds for a task that is dispatched and has not started. */
  dispatched: number
  /** Milliseconds that a started run may be out of touch. */
  started: number
}

/**
 * A runtime is alive and looks after these runs: their leases are renewed. What it should stop and what is no
 * longer its own come back; this answer is what makes a stop certain, any push before it is a hint.
 *
 * @throws FENCED when another boot has taken this runtime's place
 */
export async function heartbeat(
  ledger: Ledger,
  beat: { id: string; boot_id: string; runs: Run[]; homes?: string[] },
  leases: Leases,
): Promise<RuntimeOrders> {
  const names = beat.runs.map(({ task_id, attempt }) => `${task_id}.${attempt}`)
  const { held, stop } = await ledger.db.transaction(async (tx) => {
    if ((await seen(tx, beat.id, beat.boot_id)).length === 0) throw replaced()
    await holdSessionsOf(
      tx,
      beat.runs.map((run) => run.task_id),
    )
    const renewed = await renew(tx, beat.id, names, leases.dispatched, leases.started)
    return { held: new Set(renewed.map(({ run }) => run)), stop: await stopping(tx, beat.id) }
  })
  await tellOnline(ledger, beat.id)
  const gone: Run[] = []
  for (const run of beat.runs) {
    if (held.has(`${run.task_id}.${run.attempt}`)) continue
    if (!(await reviveRun(ledger, beat.id, run, leases.started))) gone.push(run)
  }
  if (!beat.homes) return { stop, gone }
  return { stop, gone, removed: (await noMore(ledger.db, beat.homes)).map(({ id }) => id) }
}
