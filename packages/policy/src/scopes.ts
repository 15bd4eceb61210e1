import { customMethodOf, type Scope, scopes } from '@yardmaster/protocol'

/** What happens in sessions. */
const work = new Set([
  'sessions',
  'tasks',
  'messages',
  'attachments',
  'permission-requests',
  'allowances',
  'session-events',
  'session-views',
  'subscriptions',
  'presence',
])

/**
 * What a token could outlive itself by, or learn what is never shown. A list narrows it to changes of those fields.
 * Whoever makes a user, or invites one, holds a way in: the password they chose, or the link they are answered. That an
 * invitation is for a member does not help, since inviting a newcomer again answers a link to the role they have.
 */
const never: Record<string, Record<string, true | readonly string[]>> = {
  'api-tokens': { create: true },
  'environment-entries': { find: true, create: true, remove: true },
  'push-subscriptions': { find: true, create: true, remove: true },
  users: { create: true, patch: ['password', 'role'] },
  invitations: { create: true },
}

/**
 * What an API token must cover for a call: `read` to look, `work` for what happens in sessions, `manage` for the rest of
 * what its user may do. Null: no token may.
 *
 * @param fields those that a change names
 */
export function scopeFor(resource: string, method: string, fields: readonly string[] = []): Scope | null {
  const refused = Object.hasOwn(never, resource) ? never[resource]?.[method] : undefined
  if (refused === true || refused?.some((field) => fields.includes(field))) return null
  if (method === 'find' || method === 'get' || customMethodOf(resource, method)?.verb === 'GET') return 'read'
  return work.has(resource) ? 'work' : 'manage'
}

/** Whether scopes cover what is needed: each includes those before it. */
export const covers = (given: readonly Scope[], needed: Scope): boolean =>
  given.some((scope) => scopes.indexOf(scope) >= scopes.indexOf(needed))
