import {
  Allowance,
  ApiToken,
  Attachment,
  AuditEntry,
  EnvironmentEntry,
  Grant,
  Invitation,
  LoggedMessage,
  Message,
  PermissionRequest,
  PushSubscription,
  Repo,
  Runtime,
  Seen,
  Session,
  SessionEvent,
  Task,
  Team,
  TeamMember,
  User,
  UserCard,
  Worktree,
} from '@yardmaster/protocol'
import { claimedStatus, sessionStatus } from './session-status.js'
import { type Presenter, presenter } from './wire.js'

export const presentUser = presenter(User)
export const presentUserCard = presenter(UserCard)
export const presentTeam = presenter(Team)
export const presentTeamMember = presenter(TeamMember)
export const presentApiToken = presenter(ApiToken)
export const presentEnvironmentEntry = presenter(EnvironmentEntry, {
  readable: (x) => `(${x}.key_id is not distinct from (select i.environment_key_id from installation i))`,
})
export const presentPushSubscription = presenter(PushSubscription, {
  host: (x) => `substring(${x}.endpoint from '^[a-z]+://([^/]+)')`,
})
const ofInvited = (column: string) => (x: string) =>
  `(select u.${column} from users u where u.id = ${x}.user_id)`
export const presentInvitation = presenter(Invitation, {
  email: ofInvited('email'),
  name: ofInvited('name'),
  role: ofInvited('role'),
})
export const presentGrant = presenter(Grant)
export const presentRepo = presenter(Repo)
export const presentWorktree = presenter(Worktree)
export const presentRuntime = presenter(Runtime)
export const presentSession = presenter(Session, { status: sessionStatus })
/** A session in the statement that dispatches its task to a runtime, given as SQL. */
export const presentClaimedSession = (runtime: string): Presenter =>
  presenter(Session, { status: () => claimedStatus(runtime) })
export const presentTask = presenter(Task)
export const presentMessage = presenter(Message)
export const presentLoggedMessage = presenter(LoggedMessage)
export const presentAttachment = presenter(Attachment)
export const presentPermissionRequest = presenter(PermissionRequest)
export const presentAllowance = presenter(Allowance)
export const presentAuditEntry = presenter(AuditEntry)
export const presentSeen = presenter(Seen)
export const presentSessionEvent = presenter(SessionEvent)
