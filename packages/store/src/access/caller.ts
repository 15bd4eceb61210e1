import type { Level, Principal, Role, Scope, TaskStatus, UserPrincipal } from '@yardmaster/protocol'
import type { Queryable } from '../db.js'
import { maybeRow } from '../rows.js'
import { statement } from '../statement.js'

/** What the database says of the principal itself, read together with the row that the call is about. */
export interface Caller {
  user: { role: Role; epoch: number; disabled: boolean } | null
  /** The API token of the call while it is good: of that user, not revoked, not expired. */
  token: ApiTokenState | null
  task: { session_id: string; attempt: number; nonce: string | null; status: TaskStatus } | null
  runtime: { id: string } | null
}

export interface ApiTokenState {
  scopes: Scope[]
  /** Milliseconds left; null: it does not expire. */
  expires_in: number | null
  /** Not marked as used for a while. */
  unmarked: boolean
}

/** What a principal brings into an access statement, as its parameters $2 to $6. */
export type CallerIds = [
  user_id: string | null,
  task_id: string | null,
  runtime_id: string | null,
  token_id: string | null,
  token_hash: string | null,
]

export function callerIds(principal: Principal): CallerIds {
  return [
    principal.kind === 'user' ? principal.user_id : null,
    principal.kind === 'executor' ? principal.task_id : null,
    principal.kind === 'runtime' ? principal.runtime_id : null,
    ...(principal.kind === 'user' ? tokenIds(principal) : noToken),
  ]
}

const noToken = [null, null] as const
const tokenIds = ({ token_id, token_hash }: UserPrincipal) => [token_id ?? null, token_hash ?? null] as const

/** SQL of {@link Caller}. Every access statement begins with it: a call of nobody is refused before its row is. */
export const callerColumns = `
  (select jsonb_build_object('role', u.role, 'epoch', u.auth_epoch, 'disabled', u.disabled_at is not null)
   from users u where u.id = $2::uuid) as "user",
  (select jsonb_build_object('scopes', k.scopes,
     'expires_in', extract(epoch from k.expires_at - clock_timestamp()) * 1000,
     'unmarked', coalesce(k.last_used_at < clock_timestamp() - interval '5 minutes', true))
   from api_tokens k where k.id = $5::uuid and k.user_id = $2::uuid and k.token_hash = decode($6, 'hex')
     and coalesce(k.expires_at > clock_timestamp(), true)) as token,
  (select jsonb_build_object('session_id', t.session_id, 'attempt', t.attempt, 'nonce', t.nonce, 'status', t.status)
   from tasks t where t.id = $3::uuid) as task,
  (select jsonb_build_object('id', r.id) from runtimes r where r.id = $4::uuid) as runtime`

const statementForNoRow = statement<[null, ...CallerIds], Caller>(
  'load-caller',
  `select $1::uuid as nothing, ${callerColumns}`,
)

/** The caller alone, for calls that are about no row. */
export const loadCaller = async (on: Queryable, principal: Principal): Promise<Caller> =>
  maybeRow(await statementForNoRow(on, null, ...callerIds(principal))) as Caller

/** A row with everything that decides access to it; all null where there is no such row. */
export interface Loaded extends Caller {
  row: Record<string, unknown> | null
  session_id: string | null
  session_owner: string | null
  worktree_id: string | null
  task_id: string | null
  runtime_id: string | null
  level: Level
}
