import type { Scope } from './levels.js'

/**
 * Who makes a call, as its token says. Ids only: role, level and whether the principal is still allowed
 * in are read with the row that the call is about, never carried along (a connection lives for hours).
 */
export type Principal = UserPrincipal | ExecutorPrincipal | RuntimePrincipal | SystemPrincipal

export interface UserPrincipal {
  kind: 'user'
  user_id: string
  /**
   * The user's `auth_epoch` when they signed in; a newer one in the row ends the sign-in. Null for an API token, which is
   * no sign-in: it goes on after a new password, and ends by being revoked.
   */
  epoch: number | null
  /** The API token that made the call; absent where somebody signed in. */
  token_id?: string
  /** SHA-256 of that token, in hex. The database compares it. */
  token_hash?: string
  /** What that token covers, known once its row was read. */
  scopes?: readonly Scope[]
}

/** One attempt of one task. */
export interface ExecutorPrincipal {
  kind: 'executor'
  task_id: string
  session_id: string
  attempt: number
  /** Made new with every (re-)offer of a claim: only the last one given out is believed. */
  nonce: string
}

export interface RuntimePrincipal {
  kind: 'runtime'
  runtime_id: string
}

/** The daemon itself, named by the part that calls. Never comes from outside. */
export interface SystemPrincipal {
  kind: 'system'
  name: string
}

export type PrincipalKind = Principal['kind']
