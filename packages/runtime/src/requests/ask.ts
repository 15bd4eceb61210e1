import { transitions, YardmasterError } from '@yardmaster/protocol'
import { maybeRow, presentPermissionRequest, statement } from '@yardmaster/store'
import { v7 } from 'uuid'
import { type Attempt, assertHolds } from '../attempt/fence.js'
import { asSystem, inSession, type Ledger } from '../ledger/ledger.js'
import { logged, quoted } from '../ledger/logged.js'
import { settleAwaiting } from './awaiting.js'

export interface NewRequest {
  /** The executor's own name for it: asked twice under one name, it is one request. */
  client_id: string
  tool_call: object
  options: object[]
}

const insert = statement<[number, string, string, string, number, string, string, string], { wire: object }>(
  'insert-request',
  logged(
    'permission-requests created',
    `insert into permission_requests as r (id, session_id, task_id, worktree_id, attempt, client_id, tool_call, options)
     select $3, t.session_id, t.id, t.worktree_id, $5, $6, $7, $8
     from tasks t where t.id = $4 and t.session_id = $2 and t.status in (${quoted(transitions.ask.from)})
     returning ${presentPermissionRequest('r')} as wire`,
  ),
)
const findByClientId = statement<[string, number, string], { wire: object }>(
  'find-request',
  `select ${presentPermissionRequest('r')} as wire from permission_requests r
   where r.task_id = $1 and r.attempt = $2 and r.client_id = $3`,
)

/** The agent asks for leave. @throws FENCED, INVALID_TRANSITION while the task is stopping or has not started */
export function askPermission(ledger: Ledger, run: Attempt, request: NewRequest): Promise<object> {
  return inSession(ledger, run.session_id, asSystem, 3, async (session) => {
    assertHolds(session.row, run)
    const asked = maybeRow(await findByClientId(session.tx, run.task_id, run.attempt, request.client_id))
    if (asked) return asked.wire
    const wire = await session.log('permission-requests', 'created', (...at) =>
      insert(
        ...at,
        v7(),
        run.task_id,
        run.attempt,
        request.client_id,
        JSON.stringify(request.tool_call),
        JSON.stringify(request.options),
      ),
    )
    if (!wire)
      throw new YardmasterError('INVALID_TRANSITION', 'This task is stopping; nothing can be asked for it.')
    await settleAwaiting(session, run.task_id)
    return wire
  })
}
