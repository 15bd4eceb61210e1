/**
 * Where a call is answered when another node owns the record.
 * `mirror`: here, from mirrored rows. `constant`: a fixed value, after the access check. `owner`: at the owning node.
 * `local`: nowhere but here; such a call on another node's record is refused.
 */
export type Placement = 'mirror' | 'constant' | 'owner' | 'local'

const local = { find: 'local', get: 'local', create: 'local', patch: 'local', remove: 'local' } as const

/** Every service method and its placement. The daemon does not start with a method that is missing here. */
export const placements: Readonly<Record<string, Readonly<Record<string, Placement>>>> = {
  authentication: { create: 'local', remove: 'local' },
  users: { ...local, 'sign-out-everywhere': 'local' },
  'environment-entries': { find: 'local', create: 'local', remove: 'local' },
  'push-subscriptions': { find: 'local', create: 'local', remove: 'local' },
  'api-tokens': { find: 'local', get: 'local', create: 'local', remove: 'local' },
  teams: local,
  invitations: { find: 'local', create: 'local', remove: 'local' },
  'team-members': { find: 'local', create: 'local', remove: 'local' },
  repos: local,
  worktrees: {
    find: 'mirror',
    get: 'mirror',
    create: 'owner',
    patch: 'owner',
    remove: 'owner',
    access: 'mirror',
    disk: 'owner',
    files: 'owner',
  },
  grants: { find: 'mirror', get: 'mirror', create: 'owner', patch: 'owner', remove: 'owner' },
  sessions: {
    find: 'mirror',
    get: 'mirror',
    info: 'mirror',
    create: 'owner',
    patch: 'owner',
    remove: 'owner',
    prompt: 'owner',
    stop: 'owner',
    continue: 'owner',
    diff: 'owner',
    report: 'local',
    'has-session-error': 'constant',
    'fix-sessions': 'owner',
    fork: 'owner',
    spawn: 'owner',
    family: 'mirror',
  },
  tasks: {
    find: 'mirror',
    get: 'mirror',
    create: 'owner',
    patch: 'owner',
    remove: 'owner',
    'has-session-error': 'constant',
    'fix-sessions': 'owner',
  },
  messages: {
    find: 'mirror',
    get: 'mirror',
    create: 'local',
    patch: 'owner',
    chunk: 'local',
    remove: 'owner',
  },
  attachments: { find: 'mirror', get: 'mirror', content: 'owner', create: 'owner', remove: 'owner' },
  'permission-requests': { find: 'mirror', get: 'mirror', create: 'local', patch: 'owner' },
  allowances: { find: 'mirror', get: 'mirror', remove: 'owner' },
  'session-events': { find: 'mirror' },
  'session-views': { find: 'local', create: 'local' },
  subscriptions: { create: 'local', remove: 'local' },
  presence: { create: 'local' },
  runtimes: { find: 'local', get: 'local', register: 'local', heartbeat: 'local', claim: 'local' },
  'runtime-history': { find: 'local' },
  'runtime-load': { find: 'local' },
  usage: { find: 'local' },
  settings: { find: 'local' },
  audit: { find: 'local' },
}

/** The placement of one method, or undefined where none was declared. */
export const placementOf = (service: string, method: string): Placement | undefined => {
  const methods = Object.hasOwn(placements, service) ? placements[service] : undefined
  return methods && Object.hasOwn(methods, method) ? methods[method] : undefined
}
