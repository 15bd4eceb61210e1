import { type Facts, noFacts } from '@yardmaster/policy'
import { isExecuting, type Principal, rank, type UserPrincipal, YardmasterError } from '@yardmaster/protocol'
import { type Caller, type Load, type Loaded, loadCaller, markApiToken } from '@yardmaster/store'
import type { Yard } from '../yard.js'
import { isId } from './check-call.js'
import { type Call, type CallHook, type CallParams, idOf } from './context.js'

/** Where a service's rows live, and how the row of a call is fetched with all that decides access to it. */
export interface Place {
  /** Fetches the row that a call names by id. Without it, calls are about no row. */
  load?: Load
  /** For create: which field of the data names the row it is created under, and how that is fetched. */
  parents?: readonly { field: string; load: Load }[]
  /** The id that never changes. If a call names it, it must be the stored one. */
  fixed?: 'session_id' | 'worktree_id'
}

/**
 * Finds out which row a call is about and what the caller is to it, in one statement, from the stored row. What the
 * call says of its session is compared with that and never believed: believing it first lets a caller name a session
 * of their own and change a row of somebody else's.
 */
export const loadSessionWorktree =
  (yard: Yard, place: Place): CallHook =>
  async (context, next) => {
    const { params, method } = context
    const { principal } = params
    if (principal.kind === 'system') return next()
    const target = await loadTarget(yard, place, context)
    params.caller = target ?? (await loadCaller(yard.db, principal))
    letIn(principal, params.caller)
    await noteToken(yard, params)
    if (target) {
      params.target = target
      params.facts = factsOf(principal, target)
      if (!target.row || !canView(principal, params.facts)) throw new YardmasterError('NOT_FOUND')
      if (method !== 'create') compareFixed(context, place, target)
    } else {
      params.facts = noFacts
    }
    return next()
  }

async function loadTarget(yard: Yard, place: Place, context: Call): Promise<Loaded | null> {
  const { principal } = context.params
  if (context.method === 'find') return null
  if (context.method === 'create') {
    const data = (context.data ?? {}) as Record<string, unknown>
    const parent = place.parents?.find(({ field }) => data[field] !== undefined && data[field] !== null)
    if (!parent) {
      if (!place.parents) return null
      const names = place.parents.map(({ field }) => field).join(' or ')
      throw new YardmasterError('INVALID', `The body must name its ${names}.`)
    }
    const id = data[parent.field]
    if (!isId(id)) throw new YardmasterError('INVALID_ID', `The body's ${parent.field} must be a UUID.`)
    return parent.load(yard.db, id, principal)
  }
  return place.load ? place.load(yard.db, idOf(context) as string, principal) : null
}

/** What the row of a call's API token says. */
async function noteToken(yard: Yard, params: CallParams): Promise<void> {
  const { principal, caller } = params
  if (principal.kind !== 'user' || !principal.token_id || !caller.token) return
  params.principal = { ...principal, scopes: caller.token.scopes }
  if (caller.token.unmarked) await markApiToken(yard.db, principal.token_id)
}

/** @throws NOT_AUTHENTICATED for whoever is gone, disabled, signed out, or replaced by a newer offer of the claim */
export function letIn(principal: Principal, { user, token, task, runtime }: Caller): void {
  const refused =
    (principal.kind === 'user' && (!user || user.disabled || !isCurrent(principal, user.epoch, !token))) ||
    (principal.kind === 'runtime' && !runtime) ||
    (principal.kind === 'executor' &&
      (!task ||
        (task.attempt === principal.attempt && task.nonce !== null && task.nonce !== principal.nonce)))
  if (refused) throw new YardmasterError('NOT_AUTHENTICATED', 'This sign-in has ended; sign in again.')
}

/** Whether a sign-in has not been ended, or an API token is still good. */
export const isCurrent = ({ epoch, token_id }: UserPrincipal, now: number, token_ended: boolean): boolean =>
  token_id ? !token_ended : epoch === now

function factsOf(principal: Principal, target: Loaded): Facts {
  const executor = principal.kind === 'executor' ? principal : null
  return {
    rank: rank(target.level),
    own: principal.kind === 'user' && target.session_owner === principal.user_id,
    self: principal.kind === 'user' && target.row?.id === principal.user_id,
    its_task: executor !== null && target.task_id === executor.task_id,
    its_session: executor !== null && target.session_id === executor.session_id,
    its_runs:
      principal.kind === 'runtime' && target.runtime_id === principal.runtime_id && target.task_id !== null,
    itself:
      principal.kind === 'runtime' && target.runtime_id === principal.runtime_id && target.task_id === null,
  }
}

const canView = (principal: Principal, facts: Facts): boolean =>
  principal.kind === 'user' ? facts.rank >= rank('view') : facts.its_session || facts.its_runs || facts.itself

function compareFixed({ method, data, params }: Call, { fixed }: Place, target: Loaded): void {
  if (!fixed) return
  for (const source of [data, params.query] as (Record<string, unknown> | undefined)[]) {
    if (source?.[fixed] === undefined) continue
    if (source[fixed] !== target[fixed]) throw new YardmasterError('IMMUTABLE')
    delete source[fixed]
  }
  if (method === 'patch' && Object.keys(data ?? {}).length === 0)
    throw new YardmasterError('INVALID', 'The body changes nothing.')
}

/** The attempt of an executor's token, compared with its task's present one. */
export function attemptStands(principal: Principal, { task }: Caller): 'live' | 'ended' | 'overtaken' {
  if (principal.kind !== 'executor' || task?.attempt !== principal.attempt) return 'overtaken'
  return isExecuting(task.status) ? 'live' : 'ended'
}
