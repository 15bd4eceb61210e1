import { abilityFor, covers, type Facts, may, scopeFor } from '@yardmaster/policy'
import { isTerminal, rank, type TaskStatus, YardmasterError } from '@yardmaster/protocol'
import type { Asker } from '@yardmaster/runtime'
import type { Call, CallHook } from './context.js'
import { attemptStands, isCurrent } from './load-session-worktree.js'

/**
 * Asks the policy whether this principal may make this call on this row, and for each field of a change whether it
 * may set that one. The same question is asked again under the lock, through the guard.
 */
export const authorize: CallHook = async (context, next) => {
  const { params } = context
  if (params.principal.kind === 'system') return next()
  check(context, params.facts, params.caller.user?.role ?? null)
  checkAttempt(context)
  params.guard = guardOf(context)
  return next()
}

function check(context: Call, facts: Facts, role: 'admin' | 'member' | 'viewer' | null): void {
  const { method, path, params } = context
  const ability = abilityFor(params.principal.kind, role)
  // A list has no row: leave to call it is enough, and the scope goes into its SQL.
  const allowed = method === 'find' ? ability.can(method, path) : may(ability, method, path, facts)
  const fields = method === 'patch' ? Object.keys(context.data ?? {}) : []
  checkScope(context, fields)
  if (!allowed || !fields.every((field) => may(ability, method, path, facts, field)))
    throw new YardmasterError('FORBIDDEN')
}

/** An API token opens no more than its scopes cover, whatever its user may do. */
function checkScope({ path, method, params }: Call, fields: string[]): void {
  const { principal } = params
  if (principal.kind !== 'user' || !principal.token_id) return
  const needed = scopeFor(path, method, fields)
  if (!needed) throw new YardmasterError('NOT_BY_TOKEN')
  if (!covers(principal.scopes ?? [], needed))
    throw new YardmasterError(
      'SCOPE_TOO_NARROW',
      `This API token does not cover the call; it takes one with the scope ${needed}.`,
    )
}

/**
 * A token of an attempt that is over or was overtaken opens only the ending of that attempt: an answer that was lost
 * on its way can be asked for again, and an ending that comes too late is kept before it is refused.
 */
function checkAttempt({ path, method, params, data }: Call): void {
  if (params.principal.kind !== 'executor') return
  const stands = attemptStands(params.principal, params.caller)
  const status = (data as { status?: TaskStatus } | undefined)?.status
  const isEnding = path === 'tasks' && method === 'patch' && status !== undefined && isTerminal(status)
  if (stands !== 'live' && !isEnding) throw new YardmasterError('FENCED')
}

function guardOf(context: Call) {
  const { principal, facts } = context.params
  if (principal.kind !== 'user') return { user_id: null, check: () => undefined }
  return {
    user_id: principal.user_id,
    ...(principal.token_id ? { token_id: principal.token_id } : {}),
    check({ created_by }: { created_by: string | null }, user: Asker | null) {
      if (!user || user.disabled || !isCurrent(principal, user.epoch, user.token_ended))
        throw new YardmasterError('NOT_AUTHENTICATED')
      const now: Facts = { ...facts, rank: rank(user.level), own: created_by === principal.user_id }
      if (now.rank < rank('view')) throw new YardmasterError('NOT_FOUND')
      check(context, now, user.role)
    },
  }
}
