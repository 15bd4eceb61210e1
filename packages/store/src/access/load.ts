import type { Principal } from '@yardmaster/protocol'
import type { Queryable } from '../db.js'
import { teamVisible } from '../people/teams.js'
import {
  presentAllowance,
  presentApiToken,
  presentAttachment,
  presentEnvironmentEntry,
  presentGrant,
  presentInvitation,
  presentMessage,
  presentPermissionRequest,
  presentPushSubscription,
  presentRepo,
  presentRuntime,
  presentSession,
  presentTask,
  presentTeam,
  presentTeamMember,
  presentUser,
  presentWorktree,
} from '../present/presenters.js'
import { attachmentVisible } from '../sessions/attachments.js'
import { together } from '../together.js'
import { type CallerIds, callerColumns, callerIdColumns, callerIds, type Loaded } from './caller.js'

/**
 * Fetches a row by its id, what decides access to it, and whether the caller is still allowed in: one statement, which
 * calls of one moment share. It begins after the last of them came, so that none reads what stood before it.
 */
export type Load = (on: Queryable, id: string, principal: Principal) => Promise<Loaded>

/**
 * @param name of the statement
 * @param found SQL that yields at most one row of: row, session_id, session_owner, worktree_id, task_id, runtime_id,
 *   level. The id is `a.id`, who calls is `a.user_id`, `a.task_id` and so on: the columns of {@link callerIdColumns}
 */
function load(name: string, found: string): Load {
  const run = together<CallerIds & { id: string }, Loaded>({
    name,
    columns: `id uuid, ${callerIdColumns}`,
    text: `answers as (
      select a.n, ${callerColumns}, found.*, coalesce(found.level, 'none') as level
      from asked a left join lateral (${found}) found on true)
    select * from answers`,
  })
  return async (on, id, principal) => (await run(on, { id, ...callerIds(principal) })) as Loaded
}

/** @param visible SQL of whether whoever may view the session may know of the row, over `x` and `a` */
const inSession = (row: string, table: string, task: string, holder: string, visible = 'true') => `
  select ${row} as row, s.id as session_id, s.created_by as session_owner, s.worktree_id,
    ${task} as task_id, ${holder} as runtime_id,
    case when ${visible} then access_level(a.user_id, s.worktree_id) end as level
  from ${table} x join sessions s on s.id = x.session_id where x.id = a.id`

export const loadTask = load('load-task', inSession(presentTask('x'), 'tasks', 'x.id', 'x.runtime_id'))
export const loadMessage = load(
  'load-message',
  inSession(presentMessage('x'), 'messages', 'x.task_id', 'null::uuid'),
)
export const loadPermissionRequest = load(
  'load-permission-request',
  inSession(presentPermissionRequest('x'), 'permission_requests', 'x.task_id', 'null::uuid'),
)
/** To an executor it is its task's if that one took it: a file may come with several prompts. */
export const loadAttachment = load(
  'load-attachment',
  inSession(
    presentAttachment('x'),
    'attachments',
    `(select t.id from tasks t
      where t.id = a.task_id and t.attachments @> jsonb_build_array(jsonb_build_object('id', x.id)))`,
    'null::uuid',
    attachmentVisible('x', 'a.user_id'),
  ),
)
export const loadAllowance = load(
  'load-allowance',
  inSession(presentAllowance('x'), 'allowances', 'null::uuid', 'null::uuid'),
)
export const loadSession = load(
  'load-session',
  `select ${presentSession('x')} as row, x.id as session_id, x.created_by as session_owner, x.worktree_id,
     x.executing_task_id as task_id, null::uuid as runtime_id, access_level(a.user_id, x.worktree_id) as level
   from sessions x where x.id = a.id`,
)
export const loadWorktree = load(
  'load-worktree',
  `select ${presentWorktree('x')} as row, null::uuid as session_id, null::uuid as session_owner, x.id as worktree_id,
     null::uuid as task_id, x.runtime_id, access_level(a.user_id, x.id) as level
   from worktrees x where x.id = a.id`,
)
export const loadRepo = load(
  'load-repo',
  `select ${presentRepo('x')} as row, null::uuid as session_id, null::uuid as session_owner, null::uuid as worktree_id,
     null::uuid as task_id, null::uuid as runtime_id, repo_level(a.user_id, x.id) as level
   from repos x where x.id = a.id`,
)
/** The level of a grant is the caller's level on what it is about. */
export const loadGrant = load(
  'load-grant',
  `select ${presentGrant('x')} as row, null::uuid as session_id, null::uuid as session_owner, x.worktree_id,
     null::uuid as task_id, null::uuid as runtime_id,
     case when x.repo_id is null then access_level(a.user_id, x.worktree_id) else repo_level(a.user_id, x.repo_id) end as level
   from grants x where x.id = a.id`,
)
export const loadUser = load(
  'load-user',
  `select ${presentUser('x')} as row, null::uuid as session_id, null::uuid as session_owner, null::uuid as worktree_id,
     null::uuid as task_id, null::uuid as runtime_id, 'view'::level as level
   from users x where x.id = a.id`,
)
export const loadTeam = load(
  'load-team',
  `select ${presentTeam('x')} as row, null::uuid as session_id, null::uuid as session_owner, null::uuid as worktree_id,
     null::uuid as task_id, null::uuid as runtime_id,
     case when ${teamVisible('x.id', 'a.user_id')} then 'view'::level end as level
   from teams x where x.id = a.id`,
)
/** Seen by admins and by the member. */
export const loadTeamMember = load(
  'load-team-member',
  `select ${presentTeamMember('x')} as row, null::uuid as session_id, null::uuid as session_owner,
     null::uuid as worktree_id, null::uuid as task_id, null::uuid as runtime_id,
     case when x.user_id = a.user_id or exists (select from users u where u.id = a.user_id and u.role = 'admin')
       then 'view'::level end as level
   from team_members x where x.id = a.id`,
)
/** Seen and revoked by whose it is, and by admins. */
export const loadApiToken = load(
  'load-api-token',
  `select ${presentApiToken('x')} as row, null::uuid as session_id, null::uuid as session_owner,
     null::uuid as worktree_id, null::uuid as task_id, null::uuid as runtime_id,
     case when x.user_id = a.user_id or exists (select from users u where u.id = a.user_id and u.role = 'admin')
       then 'owner'::level end as level
   from api_tokens x where x.id = a.id`,
)
/** Nobody's but whose it is. */
export const loadEnvironmentEntry = load(
  'load-environment-entry',
  `select ${presentEnvironmentEntry('x')} as row, null::uuid as session_id, null::uuid as session_owner,
     null::uuid as worktree_id, null::uuid as task_id, null::uuid as runtime_id,
     case when x.user_id = a.user_id then 'owner'::level end as level
   from environment_entries x where x.id = a.id`,
)
/** Nobody's but whose it is. */
export const loadPushSubscription = load(
  'load-push-subscription',
  `select ${presentPushSubscription('x')} as row, null::uuid as session_id, null::uuid as session_owner,
     null::uuid as worktree_id, null::uuid as task_id, null::uuid as runtime_id,
     case when x.user_id = a.user_id then 'owner'::level end as level
   from push_subscriptions x where x.id = a.id`,
)
/** Seen by admins alone. */
export const loadInvitation = load(
  'load-invitation',
  `select ${presentInvitation('x')} as row, null::uuid as session_id, null::uuid as session_owner,
     null::uuid as worktree_id, null::uuid as task_id, null::uuid as runtime_id,
     case when exists (select from users u where u.id = a.user_id and u.role = 'admin') then 'view'::level end as level
   from invitations x where x.id = a.id`,
)
export const loadRuntime = load(
  'load-runtime',
  `select ${presentRuntime('x')} as row, null::uuid as session_id, null::uuid as session_owner, null::uuid as worktree_id,
     null::uuid as task_id, x.id as runtime_id, 'view'::level as level
   from runtimes x where x.id = a.id`,
)
