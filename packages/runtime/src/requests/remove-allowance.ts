import { YardmasterError } from '@yardmaster/protocol'
import { presentAllowance, statement } from '@yardmaster/store'
import { type Guard, inSession, type Ledger } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'

const remove = statement<[number, string, string], { wire: object }>(
  'remove-allowance',
  logged(
    'allowances removed',
    `delete from allowances a where a.id = $3 and a.session_id = $2 returning ${presentAllowance('a')} as wire`,
  ),
)

/** Takes a remembered answer back: the next request like it is asked again. @throws NOT_FOUND */
export function removeAllowance(
  ledger: Ledger,
  allowance: { id: string; session_id: string },
  guard: Guard,
): Promise<object> {
  return inSession(ledger, allowance.session_id, guard, 1, async (session) => {
    const wire = await session.log('allowances', 'removed', (...at) => remove(...at, allowance.id))
    if (!wire) throw new YardmasterError('NOT_FOUND')
    return wire
  })
}
