import type { Level, Principal, Role, Scope, TaskStatus } from '@yardmaster/protocol'
import type { Queryable } from '../db.js'
import { together } from '../together.js'

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

/** What a principal brings into an access statement: the fields of {@link callerIdColumns}, null where it has none. */
export interface CallerIds {
  user_id?: string
  task_id?: string
  runtime_id?: string
  token_id?: string
  token_hash?: string
}

export const callerIdColumns = 'user_id uuid, task_id uuid, runtime_id uuid, token_id uuid, token_hash text'

export function callerIds(principal: Principal): CallerIds {
  switch (principal.kind) {
    case 'user': {
      const { user_id, token_id, token_hash } = principal
      return { user_id, token_id, token_hash }
    }
    case 'executor':
      return { task_id: principal.task_id }
    case 'runtime':
      return { runtime_id: principal.runtime_id }
    default:
      return {}
  }
}

/** SQL of {@link Caller}, about a call `a`. Every access statement begins with it: a call of nobody is refused before its row is. */
export const callerColumns = `
  (select jsonb_build_object('role', u.role, 'epoch', u.auth_epoch, 'disabled', u.disabled_at is not null)
   from users u where u.id = a.user_id) as "user",
  (select jsonb_build_object('scopes', k.scopes,
     'expires_in', extract(epoch from k.expires_at - clock_timestamp()) * 1000,
     'unmarked', coalesce(k.last_used_at < clock_timestamp() - interval '5 minutes', true))
   from api_tokens k where k.id = a.token_id and k.user_id = a.user_id and k.token_hash = decode(a.token_hash, 'hex')
     and coalesce(k.expires_at > clock_timestamp(), true)) as token,
  (select jsonb_build_object('session_id', t.session_id, 'attempt', t.attempt, 'nonce', t.nonce, 'status', t.status)
   from tasks t where t.id = a.task_id) as task,
  (select jsonb_build_object('id', r.id) from runtimes r where r.id = a.runtime_id) as runtime`

const ofNoRow = together<CallerIds, Caller>({
  name: 'load-caller',
  columns: callerIdColumns,
  text: `answers as (select a.n, ${callerColumns} from asked a) select * from answers`,
})

/** The caller alone, for calls that are about no row. */
export const loadCaller = async (on: Queryable, principal: Principal): Promise<Caller> =>
  (await ofNoRow(on, callerIds(principal))) as Caller

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
