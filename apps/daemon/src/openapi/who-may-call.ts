import { type Need, policyOf, type Tie } from '@yardmaster/policy'

const ties: Record<Tie, string> = {
  'its-task': 'executors for their own task',
  'its-session': 'executors for their own session',
  'its-runs': 'runtimes for what they hold or held',
  itself: 'runtimes for themselves',
}

function users(need: Need): string {
  if (typeof need === 'object')
    return `users with \`${need.own}\` (own session) or \`${need.others}\` (others' sessions)`
  if (need === 'admin') return 'admins'
  if (need === 'self') return 'users for themselves'
  return need === 'anyone' ? 'every signed-in user' : `users with \`${need}\``
}

/** The policy of a method in words, for its documentation. Empty where the policy names nobody. */
export function whoMayCall(path: string, method: string): string {
  const { user = [], executor, runtime } = policyOf(path, method) ?? {}
  const callers = [
    ...user.map(({ need, fields }) => users(need) + (fields ? ` (${fields.join(', ')})` : '')),
    ...[executor, runtime].filter((tie) => tie !== undefined).map((tie) => ties[tie]),
  ]
  return callers.length > 0 ? `For ${callers.join('; ')}.` : ''
}
