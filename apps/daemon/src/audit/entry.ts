import { customMethodOf, type Principal, type YardmasterError } from '@yardmaster/protocol'
import type { NewAuditEntry } from '@yardmaster/store'
import { v7 } from 'uuid'
import { isId } from '../hooks/check-call.js'
import { type Call, idOf } from '../hooks/context.js'

/** Looking is no change, also where it is noted down; signing in has its own way into the log. */
const changesNothing = ['subscriptions', 'presence', 'session-views', 'authentication']

/** What the transports say of a call. */
export interface Caller {
  provider?: string
  address?: string | null
}

/** Whether a call changes something that lasts. */
export const isChange = (path: string, method: string): boolean =>
  method !== 'find' &&
  method !== 'get' &&
  customMethodOf(path, method)?.verb !== 'GET' &&
  !changesNothing.includes(path)

/**
 * Values that the log tells, by service: those that say what access was given or taken and how a row is called. Of
 * everything else it has the fields' names alone, so that no secret can get in.
 */
const told: Record<string, { call?: readonly string[]; row?: readonly string[] }> = {
  users: { call: ['role', 'disabled'], row: ['name'] },
  repos: { call: ['name'], row: ['name'] },
  worktrees: { call: ['name', 'others_can', 'archived_at'], row: ['name'] },
  grants: {
    call: ['user_id', 'team_id', 'repo_id', 'worktree_id', 'level'],
    row: ['user_id', 'team_id', 'repo_id', 'worktree_id', 'level'],
  },
  teams: { call: ['name'], row: ['name'] },
  'team-members': { call: ['team_id', 'user_id'], row: ['team_id', 'user_id'] },
  invitations: { call: ['role', 'team_ids'], row: ['role'] },
  'environment-entries': { call: ['name'], row: ['name'] },
  'api-tokens': { call: ['name', 'scopes', 'expires_at'], row: ['name'] },
  sessions: { call: ['permission_mode', 'runtime_id', 'archived_at'] },
  'permission-requests': { call: ['option_id'] },
}

const pick = (from: object | null | undefined, names: readonly string[] = []) =>
  Object.fromEntries(
    Object.entries(from ?? {}).filter(
      ([name, value]) => names.includes(name) && value !== null && value !== undefined,
    ),
  )

/** The line of a call that was let and carried out. `result` is what the method answers, which has the id of a new row. */
export function allowed(context: Call, result: unknown): NewAuditEntry {
  const made = (result as { id?: unknown } | null)?.id
  const row_id = context.method === 'create' ? made : idOf(context)
  return { ...entryOf(context), ...whatOf(context), row_id: isId(row_id) ? row_id : null }
}

/** The line of a call that was refused to somebody who is known. */
export function refused(context: Call, { code, status }: YardmasterError): NewAuditEntry {
  // What did not fit its schema may be anything, and stays out.
  const what = status === 400 ? { fields: [], details: {} } : whatOf(context)
  return { ...entryOf(context), ...what, outcome: 'refused', code }
}

function entryOf(context: Call): NewAuditEntry {
  const { path, method, params } = context
  const id = idOf(context)
  return {
    id: v7(),
    ...actorOf(params.principal),
    actor_name: params.facts?.self ? nameOf(params.target?.row) : null,
    acting_as: params.caller?.user?.role ?? null,
    ...fromWhere(params),
    resource: path,
    method,
    row_id: isId(id) ? id : null,
    worktree_id: params.target?.worktree_id ?? null,
    outcome: 'allowed',
    code: null,
    fields: [],
    details: {},
    count: 1,
  }
}

function whatOf({ path, method, data, params }: Call): Pick<NewAuditEntry, 'fields' | 'details'> {
  const { call, row } = told[path] ?? {}
  const given = (data ?? {}) as object
  // Created under a row, a call's target is that one.
  const of = method === 'create' ? {} : pick(params.target?.row, row)
  const { token_id } = params.principal as { token_id?: string }
  return {
    fields: Object.keys(given).filter((name) => name !== 'id'),
    details: { ...of, ...pick(given, call), ...(token_id ? { token_id } : {}) },
  }
}

function actorOf(principal: Principal): Pick<NewAuditEntry, 'actor_kind' | 'actor_id'> {
  const { kind } = principal
  if (kind === 'user') return { actor_kind: kind, actor_id: principal.user_id }
  if (kind === 'executor') return { actor_kind: kind, actor_id: principal.task_id }
  return { actor_kind: kind, actor_id: kind === 'runtime' ? principal.runtime_id : null }
}

const nameOf = (row: Record<string, unknown> | null | undefined): string | null =>
  row ? `${row.name} <${row.email}>` : null

/** Transport and address of a call, as they go into its line. */
export const fromWhere = ({ provider, address }: Caller): Pick<NewAuditEntry, 'transport' | 'address'> => ({
  transport: provider === 'rest' || provider === 'socketio' ? provider : null,
  address: address ?? null,
})
