/** Access levels, lowest first. Each includes those before it. */
export const levels = ['none', 'view', 'session', 'prompt', 'all', 'owner'] as const
export type Level = (typeof levels)[number]

/** Levels that a grant can give. */
export const grantLevels = ['view', 'session', 'prompt', 'all', 'owner'] as const

/** What `others_can` of a worktree may say: nobody becomes owner by default. */
export const othersLevels = ['none', 'view', 'session', 'prompt', 'all'] as const

export const roles = ['admin', 'member', 'viewer'] as const
export type Role = (typeof roles)[number]

/** What an API token covers, each including those before it. */
export const scopes = ['read', 'work', 'manage'] as const
export type Scope = (typeof scopes)[number]

/** The place of a level in the order, 0 for `none`. */
export const rank = (level: Level): number => levels.indexOf(level)
