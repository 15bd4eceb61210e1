import { formOptions, transitions, YardmasterError } from '@yardmaster/protocol'
import { maybeRow, presentPermissionRequest, statement } from '@yardmaster/store'
import { v7 } from 'uuid'
import { type Attempt, assertHolds } from '../attempt/fence.js'
import { asSystem, type HeldSession, inSession, type Ledger } from '../ledger/ledger.js'
import { logged, quoted } from '../ledger/logged.js'
import { type Option, rememberedAnswer } from './allowance.js'
import { settleAwaiting } from './awaiting.js'

/** Leave for a tool call, with the options to choose from, or a form to be filled in. */
export type NewRequest = {
  /** The executor's own name for it: asked twice under one name, it is one request. */
  client_id: string
} & ({ tool_call: object; options: object[] } | { tool_call?: object; form: object })

// It expires by the database's clock, counted from now, as the session says at this moment.
const insert = statement<
  [
    number,
    string,
    string,
    string,
    number,
    string,
    tool_call: string | null,
    options: string,
    form: string | null,
    option_id: string | null,
    decided_by: string | null,
    allowance_id: string | null,
  ],
  { wire: object }
>(
  'insert-request',
  logged(
    'permission-requests created',
    `insert into permission_requests as r (id, session_id, task_id, worktree_id, attempt, client_id, tool_call, options,
       form, option_id, decided_by, allowance_id, status, decided_at, expires_at)
     select $3, t.session_id, t.id, t.worktree_id, $5, $6, $7, $8, $9, $10, $11, $12,
       case when $10::text is null then 'pending' else 'selected' end, case when $10::text is not null then clock_timestamp() end,
       case when $10::text is null then clock_timestamp() + s.request_expiry * interval '1 millisecond' end
     from tasks t join sessions s on s.id = t.session_id
     where t.id = $4 and t.session_id = $2 and t.status in (${quoted(transitions.ask.from)})
     returning ${presentPermissionRequest('r')} as wire`,
  ),
)
const findByClientId = statement<[string, number, string], { wire: object }>(
  'find-request',
  `select ${presentPermissionRequest('r')} as wire from permission_requests r
   where r.task_id = $1 and r.attempt = $2 and r.client_id = $3`,
)

/**
 * The agent asks for leave, or asks something. What was answered for good before in this session is answered so at
 * once, and nobody is asked.
 *
 * @throws FENCED, INVALID_TRANSITION while the task is stopping or has not started
 */
export function askPermission(ledger: Ledger, run: Attempt, request: NewRequest): Promise<object> {
  return inSession(ledger, run.session_id, asSystem, 3, async (session) => {
    assertHolds(session.row, run)
    const asked = maybeRow(await findByClientId(session.tx, run.task_id, run.attempt, request.client_id))
    if (asked) return asked.wire
    const wire = await logRequest(session, run, request)
    if (!wire)
      throw new YardmasterError('INVALID_TRANSITION', 'This task is stopping; nothing can be asked for it.')
    await settleAwaiting(session, run.task_id)
    return wire
  })
}

async function logRequest(session: HeldSession, run: Attempt, request: NewRequest): Promise<object | null> {
  const form = 'form' in request ? request.form : null
  const options = 'form' in request ? formOptions : request.options
  const answer =
    'form' in request ? null : await rememberedAnswer(session, request.tool_call, request.options as Option[])
  return session.log('permission-requests', 'created', (...at) =>
    insert(
      ...at,
      v7(),
      run.task_id,
      run.attempt,
      request.client_id,
      request.tool_call ? JSON.stringify(request.tool_call) : null,
      JSON.stringify(options),
      form && JSON.stringify(form),
      answer?.option_id ?? null,
      answer?.decided_by ?? null,
      answer?.allowance_id ?? null,
    ),
  )
}
