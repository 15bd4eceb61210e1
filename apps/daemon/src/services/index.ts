import type { App, Yard } from '../yard.js'
import { allowances } from './allowances/allowances.js'
import { apiTokens } from './api-tokens/api-tokens.js'
import { attachments } from './attachments/attachments.js'
import { audit } from './audit/audit.js'
import { authentication } from './authentication/authentication.js'
import { environmentEntries } from './environment-entries/environment-entries.js'
import { grants } from './grants/grants.js'
import { invitations } from './invitations/invitations.js'
import { messages } from './messages/messages.js'
import { permissionRequests } from './permission-requests/permission-requests.js'
import { presence } from './presence/presence.js'
import { pushSubscriptions } from './push-subscriptions/push-subscriptions.js'
import { repos } from './repos/repos.js'
import { runtimeHistory } from './runtime-history/runtime-history.js'
import { runtimeLoad } from './runtime-load/runtime-load.js'
import { runtimes } from './runtimes/runtimes.js'
import { sessionEvents } from './session-events/session-events.js'
import { sessionViews } from './session-views/session-views.js'
import { sessions } from './sessions/sessions.js'
import { settings } from './settings/settings.js'
import { subscriptions } from './subscriptions/subscriptions.js'
import { tasks } from './tasks/tasks.js'
import { teamMembers } from './team-members/team-members.js'
import { teams } from './teams/teams.js'
import { usage } from './usage/usage.js'
import { users } from './users/users.js'
import { worktrees } from './worktrees/worktrees.js'

/** Every service of the daemon, in the order of its documentation. */
export const services: readonly ((app: App, yard: Yard) => void)[] = [
  authentication,
  users,
  apiTokens,
  environmentEntries,
  pushSubscriptions,
  teams,
  teamMembers,
  invitations,
  repos,
  worktrees,
  grants,
  sessions,
  tasks,
  messages,
  attachments,
  permissionRequests,
  allowances,
  sessionEvents,
  sessionViews,
  subscriptions,
  presence,
  runtimes,
  runtimeHistory,
  runtimeLoad,
  usage,
  settings,
  audit,
]
