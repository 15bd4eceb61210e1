import { statement } from '@yardmaster/store'
import type { Attempt } from '../attempt/fence.js'
import type { HeldSession } from '../ledger/ledger.js'
import { logged, wireAndLogged } from '../ledger/logged.js'

const unfinished = statement<[string, number], { id: string }>(
  'unfinished-messages',
  "select id from messages where task_id = $1 and attempt = $2 and status = 'streaming' order by seq",
)
const finish = statement<[number, string, string], { wire: object }>(
  'finish-message',
  logged(
    'messages patched',
    `update messages m set status = 'final' where m.id = $3 and m.session_id = $2 returning ${wireAndLogged}`,
  ),
)

/** No attempt leaves a message in the making behind: what was stored of it is what there is. */
export async function finishMessages(session: HeldSession, run: Attempt): Promise<void> {
  for (const { id } of await unfinished(session.tx, run.task_id, run.attempt))
    await session.log('messages', 'patched', (...at) => finish(...at, id))
}
