/** The ids that a cell's call may name: rows of its own scene, rows that it may use up, and rows that all share. */
export interface Subject {
  session: string
  /** The scene's task, the one that ended before it, and the one that waits behind it. */
  task: string
  ended: string
  queued: string
  message: string
  request: string
  allowance: string
  /** A file that came with the task, and one that no prompt has taken. */
  attachment: string
  unsent: string
  worktree: string
  repo: string
  user: string
  grant: string
  team: string
  /** A membership of that team. */
  member: string
  apiToken: string
  invitation: string
  /** One of the caller's own. */
  entry: string
  /** A push subscription of the caller's own. */
  browser: string
  runtime: string
  /** The user who calls; a membership, an API token, an environment entry and a push subscription of theirs have the same id. For machines and nobody, some user. */
  self: string
  /** A token that signs the caller in, as far as the caller is somebody. */
  token: string
  /** The path of a git repository on the daemon's host. */
  directory: string
  boot: string
  /** A name that nothing else has. */
  name: string
}
