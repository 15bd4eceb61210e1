import type { Level } from '@yardmaster/protocol'

/**
 * What a user needs for a method. A level is that on the worktree (or repo) of the row; `own` and `others`
 * differ by who created the session. `anyone`: every signed-in user; `self`: the user the row is about.
 */
export type Need = Level | { own: Level; others: Level } | 'admin' | 'self' | 'anyone'

/**
 * What ties a machine to a row: `its-task` and `its-session` to an executor, `its-runs` (a task the runtime holds or
 * held) and `itself` to a runtime.
 */
export type Tie = 'its-task' | 'its-session' | 'its-runs' | 'itself'

export interface UserRule {
  need: Need
  /** The fields it opens; without it, all that the schema takes. */
  fields?: readonly string[]
}

/** Who may call a method, by kind of principal. A kind that is not named may not. Several rules add up. */
export interface MethodPolicy {
  user?: readonly UserRule[]
  executor?: Tie
  runtime?: Tie
}

export interface ResourcePolicy {
  /** The service's path. */
  resource: string
  methods: Readonly<Record<string, MethodPolicy>>
}

/** As prompting: one's own session takes `session`, another's takes `prompt`. */
export const asPrompting: Need = { own: 'session', others: 'prompt' }
/** As changing: one's own session takes `session`, another's takes `all`. */
export const asChanging: Need = { own: 'session', others: 'all' }

export const allow = (need: Need, fields?: readonly string[]): UserRule =>
  fields ? { need, fields } : { need }
