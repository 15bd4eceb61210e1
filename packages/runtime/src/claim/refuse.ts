import type { FailureReason } from '@yardmaster/protocol'
import { presentTask, statement, type Tx } from '@yardmaster/store'
import { asSystem, type LoggedEvent, withSession } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'
import { holderAfter } from '../queue/hold.js'
import { settleSession } from '../sessions/update-session.js'
import type { Head } from './look-for-heads.js'

const refuse = statement<[number, string, string, string, string], { wire: object }>(
  'refuse-task',
  logged(
    'tasks patched',
    `update tasks t set status = 'failed', completed_at = clock_timestamp(), ended_seq = $1, failure_reason = $4,
       error = jsonb_build_object('message', $5::text)
     where t.id = $3 and t.session_id = $2 and t.status = 'queued' returning ${presentTask('t')} as wire`,
  ),
)

const messages: Partial<Record<FailureReason, string>> = {
  harness_missing:
    'The runtime does not have this harness, or it does not work there; see its entry in the list of runtimes.',
  cannot_start: 'The worktree lies outside of the directories that the runtime may work in.',
}

/** A head that its runtime cannot run ends at once, with the reason, instead of waiting for what will not come. */
export async function refuseHead(tx: Tx, { id, session_id, unfit }: Head): Promise<LoggedEvent[]> {
  const reason = unfit as FailureReason
  const { events } = await withSession(tx, session_id, asSystem, 2, async (session) => {
    const wire = await session.log('tasks', 'patched', (...at) =>
      refuse(...at, id, reason, messages[reason] ?? reason),
    )
    if (wire) await settleSession(session, 'failed', await holderAfter(session, id, 'failed'))
  })
  return events
}
