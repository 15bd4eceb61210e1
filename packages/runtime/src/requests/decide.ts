import { YardmasterError } from '@yardmaster/protocol'
import { maybeRow, presentPermissionRequest, statement } from '@yardmaster/store'
import { type Guard, inSession, type Ledger } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'
import { type Option, rememberAnswer } from './allowance.js'
import { settleAwaiting } from './awaiting.js'

const decide = statement<[number, string, string, string, string | null, string | null], { wire: object }>(
  'decide-request',
  logged(
    'permission-requests patched',
    `update permission_requests r set status = 'selected', option_id = $4, decided_by = $5, content = $6::jsonb,
       decided_at = clock_timestamp()
     where r.id = $3 and r.session_id = $2 and r.status = 'pending'
     returning ${presentPermissionRequest('r')} as wire`,
  ),
)
const find = statement<
  [string],
  { task_id: string; status: string; options: Option[]; tool_call: object | null }
>('request-to-decide', 'select task_id, status, options, tool_call from permission_requests where id = $1')

/**
 * Answers a request with one of its options. The first answer stands; one that is to hold for good is remembered.
 *
 * @param decided_by the user who decides; stamped
 * @param content what was written into a form, checked against its schema
 * @throws ALREADY_DECIDED, UNKNOWN_OPTION, NOT_FOUND
 */
export function decideRequest(
  ledger: Ledger,
  request: { id: string; session_id: string },
  guard: Guard,
  decided_by: string | null,
  option_id: string,
  content?: object,
): Promise<object> {
  return inSession(ledger, request.session_id, guard, 3, async (session) => {
    const found = maybeRow(await find(session.tx, request.id))
    if (!found) throw new YardmasterError('NOT_FOUND')
    if (found.status !== 'pending') throw new YardmasterError('ALREADY_DECIDED')
    const option = found.options.find((one) => one.option_id === option_id)
    if (!option) throw new YardmasterError('UNKNOWN_OPTION')
    const wire = await session.log('permission-requests', 'patched', (...at) =>
      decide(...at, request.id, option_id, decided_by, content ? JSON.stringify(content) : null),
    )
    await rememberAnswer(session, found.tool_call, option, decided_by)
    await settleAwaiting(session, found.task_id)
    return wire!
  })
}
