import { executingStatuses, type Run } from '@yardmaster/protocol'
import { presentRuntime, statement } from '@yardmaster/store'
import type { Ledger } from '../ledger/ledger.js'
import { holdSessionsOf } from '../ledger/lock-session.js'
import { quoted } from '../ledger/logged.js'
import { giveUp } from '../sweep/give-up.js'
import { tellOnline } from './online.js'

export interface RuntimeDescription {
  id: string
  boot_id: string
  name: string
  harnesses: object[]
  allowed_roots: string[]
  isolation: string
  max_concurrent: number
}

const upsert = statement<[string, string, string, string, string, string, number], { wire: object }>(
  'register-runtime',
  `insert into runtimes as r (id, boot_id, name, harnesses, allowed_roots, isolation, max_concurrent, last_seen_at)
   values ($1, $2, $3, $4::jsonb, $5::jsonb, $6, $7, clock_timestamp())
   on conflict (id) do update set boot_id = $2, name = $3, harnesses = $4::jsonb, allowed_roots = $5::jsonb,
     isolation = $6, max_concurrent = $7, last_seen_at = clock_timestamp()
   returning ${presentRuntime('r')} as wire`,
)
// Not those of this very boot: a claim of it whose answer was lost is offered again.
const orphans = statement<[string, string], { id: string; session_id: string; attempt: number }>(
  'runs-of-runtime-but',
  `select id, session_id, attempt from tasks
   where runtime_id = $1 and status in (${quoted(executingStatuses)})
     and boot_id is distinct from $2 order by session_id`,
)
const adopt = statement<[string, string, string[]], never>(
  'adopt-runs',
  `update tasks set boot_id = $2
   where runtime_id = $1 and status in (${quoted(executingStatuses)})
     and (id || '.' || attempt) = any($3)`,
)

/**
 * A runtime has started (or says again what it is). Runs that outlived its last boot go on under the new one; the
 * others of an earlier boot are over, since nobody looks after them, and are given up at once instead of at their lease's end.
 */
export async function registerRuntime(
  ledger: Ledger,
  what: RuntimeDescription,
  runs: Run[],
): Promise<object> {
  const [row] = await upsert(
    ledger.db,
    what.id,
    what.boot_id,
    what.name,
    JSON.stringify(what.harnesses),
    JSON.stringify(what.allowed_roots),
    what.isolation,
    what.max_concurrent,
  )
  const adopted = runs.map((run) => `${run.task_id}.${run.attempt}`)
  await ledger.db.transaction(async (tx) => {
    await holdSessionsOf(
      tx,
      runs.map(({ task_id }) => task_id),
    )
    await adopt(tx, what.id, what.boot_id, adopted)
  })
  for (const { id, session_id, attempt } of await orphans(ledger.db, what.id, what.boot_id))
    await giveUp(ledger, { task_id: id, session_id, attempt })
  await tellOnline(ledger, what.id)
  return row!.wire
}
