import { allow, asChanging, asPrompting, type ResourcePolicy } from '../rule.js'

export const sessions: ResourcePolicy = {
  resource: 'sessions',
  methods: {
    find: { user: [allow('view')], executor: 'its-session' },
    get: { user: [allow('view')], executor: 'its-session' },
    create: { user: [allow('session')] },
    patch: { user: [allow(asChanging)] },
    remove: { user: [allow('all')] },
    prompt: { user: [allow(asPrompting)] },
    stop: { user: [allow(asPrompting)] },
    continue: { user: [allow(asPrompting)] },
    info: { user: [allow('view')] },
    diff: { user: [allow('view')] },
    'has-session-error': { user: [allow('view')] },
    'fix-sessions': { user: [allow(asPrompting)] },
    // They also take `session` in the worktree, which the method asks for: the source's own, or a new one on its repo.
    fork: { user: [allow('view')] },
    spawn: { user: [allow('view')] },
    family: { user: [allow('view')] },
    report: { executor: 'its-session' },
  },
}
