import { allowances } from './resources/allowances.js'
import { apiTokens } from './resources/api-tokens.js'
import { attachments } from './resources/attachments.js'
import { audit } from './resources/audit.js'
import { authentication } from './resources/authentication.js'
import { environmentEntries } from './resources/environment-entries.js'
import { grants } from './resources/grants.js'
import { invitations } from './resources/invitations.js'
import { messages } from './resources/messages.js'
import { permissionRequests } from './resources/permission-requests.js'
import { pushSubscriptions } from './resources/push-subscriptions.js'
import { repos } from './resources/repos.js'
import { runtimes } from './resources/runtimes.js'
import { presence, sessionEvents, subscriptions } from './resources/session-events.js'
import { sessionViews } from './resources/session-views.js'
import { sessions } from './resources/sessions.js'
import { settings } from './resources/settings.js'
import { tasks } from './resources/tasks.js'
import { teamMembers, teams } from './resources/teams.js'
import { runtimeHistory, runtimeLoad, usage } from './resources/usage.js'
import { users } from './resources/users.js'
import { worktrees } from './resources/worktrees.js'
import type { MethodPolicy, Need, ResourcePolicy } from './rule.js'

/** Every resource there is. What stands here may be called by whom it names; nothing else may be called. */
export const policies: readonly ResourcePolicy[] = [
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
  subscriptions,
  presence,
  sessionViews,
  runtimes,
  runtimeHistory,
  runtimeLoad,
  usage,
  settings,
  audit,
]

/** The policy of one method, or undefined: then nobody may call it and the daemon does not start with it. */
export const policyOf = (resource: string, method: string): MethodPolicy | undefined => {
  const methods = policies.find((policy) => policy.resource === resource)?.methods
  return methods && Object.hasOwn(methods, method) ? methods[method] : undefined
}

/**
 * The lowest that a user needs for a method at all: a level, or `admin`, `self`, `anyone`; null when no user may.
 *
 * @param own whether the session the row belongs to is the user's own
 */
export function requiredLevel(resource: string, method: string, own: boolean): Exclude<Need, object> | null {
  const rule = policyOf(resource, method)?.user?.[0]
  if (!rule) return null
  return typeof rule.need === 'object' ? (own ? rule.need.own : rule.need.others) : rule.need
}
