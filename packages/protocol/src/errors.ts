/**
 * The one table of error codes. A code names one failure for good: it is never used for a second one.
 * `status` is the HTTP status; `message` says what to do when the thrower has nothing more exact to say.
 * A test holds this table against the documentation, both ways.
 */
export const errorTable = {
  // 400: the call itself is wrong
  INVALID: { status: 400, message: 'The call does not fit its schema; the message names the field.' },
  INVALID_ID: { status: 400, message: 'One id is needed here, a UUID as text.' },
  INVALID_JSON: { status: 400, message: 'The body is not JSON; send a JSON object.' },
  IMMUTABLE: { status: 400, message: 'A row stays in its session and worktree; leave that id out.' },
  BAD_VALUE: { status: 400, message: 'A value is out of range or of the wrong form.' },
  NOT_A_REPO: { status: 400, message: 'No git repository at that path; give the absolute path of one.' },
  URL_NOT_ALLOWED: { status: 400, message: 'Repositories are cloned over https or ssh only.' },
  CLONE_FAILED: { status: 400, message: 'The repository could not be cloned; check its url and access.' },
  EMPTY_REPO: { status: 400, message: 'The repository has no commit yet; make a first one.' },
  BAD_BRANCH_NAME: { status: 400, message: 'That is no valid branch name.' },
  BASE_NOT_FOUND: { status: 400, message: 'The base names no commit of this repository.' },
  BAD_WORKTREE_NAME: {
    status: 400,
    message: 'A worktree name has letters, digits, dot, dash and underscore, 63 at most.',
  },
  UNKNOWN_HARNESS: {
    status: 400,
    message: 'No such harness on that runtime; `yardmaster doctor` lists them.',
  },
  UNKNOWN_OPTION: { status: 400, message: 'The request does not offer that option.' },
  NAME_REFUSED: {
    status: 400,
    message: 'That name belongs to the host, to git or to Yardmaster, and cannot be set for your runs.',
  },
  PUSH_REFUSED: {
    status: 400,
    message: 'That is no subscription of a push service on the internet; subscribe anew in the browser.',
  },
  UNKNOWN_REFERENCE: { status: 400, message: 'A row that the call names does not exist.' },
  ATTACHMENT_TYPE: {
    status: 400,
    message: 'The file is not what its media type says; name the type that it really has.',
  },
  UNKNOWN_ATTACHMENT: {
    status: 400,
    message:
      'An attachment is not of this session, is gone, or was not sent by its owner; attach the file again.',
  },
  WRONG_RUNTIME: { status: 400, message: 'No such runtime, or not one that may be used here.' },

  // 401, 403, 404, 405
  NOT_AUTHENTICATED: { status: 401, message: 'Sign in first.' },
  SIGN_IN_FAILED: { status: 401, message: 'E-mail or password is wrong.' },
  LINK_INVALID: { status: 401, message: 'This link was used already or has expired; ask for a new one.' },
  FORBIDDEN: {
    status: 403,
    message: 'Your access does not cover this; an owner of the worktree can grant it.',
  },
  SCOPE_TOO_NARROW: {
    status: 403,
    message: 'The scopes of this API token do not cover the call; make one with a wider scope.',
  },
  NOT_BY_TOKEN: { status: 403, message: 'No API token may do this; sign in instead.' },
  ORIGIN_NOT_ALLOWED: {
    status: 403,
    message:
      'A page of another site may not call here; if it is ours, set YARDMASTER_PUBLIC_URL to its address.',
  },
  NOT_FOUND: { status: 404, message: 'No such row, or none that you may see.' },
  NO_SUCH_ROUTE: { status: 404, message: 'No such path; /docs lists them.' },
  METHOD_NOT_ALLOWED: { status: 405, message: 'This path does not take that method; /docs lists them.' },

  // 409: the row's state refuses
  TASK_TERMINAL: { status: 409, message: 'The task has ended already; an ending is final.' },
  FENCED: { status: 409, message: 'A newer attempt holds this task; end this one.' },
  NOT_QUEUED: { status: 409, message: 'The task is no longer queued; only queued tasks can be edited.' },
  NOTHING_RUNS: { status: 409, message: 'Nothing runs in this session.' },
  NOT_HELD: { status: 409, message: 'This session is not held; there is nothing to continue.' },
  INVALID_TRANSITION: { status: 409, message: 'The task cannot go to that status from where it is.' },
  ALREADY_DECIDED: { status: 409, message: 'The request has been decided already.' },
  EXECUTING: { status: 409, message: 'A task is executing there; stop it first.' },
  ARCHIVED: { status: 409, message: 'It is archived; take it out of the archive first.' },
  ALREADY_EXISTS: { status: 409, message: 'There is one by that name already.' },
  IN_USE: { status: 409, message: 'Something still uses it; remove that first.' },
  LAST_OWNER: {
    status: 409,
    message: 'A worktree keeps at least one owner; make somebody else owner first.',
  },
  LAST_ADMIN: { status: 409, message: 'There must be an admin left; make somebody else admin first.' },
  BRANCH_EXISTS: { status: 409, message: 'That branch exists already; leave `base` out to use it.' },
  BRANCH_IN_USE: { status: 409, message: 'That branch is checked out in another worktree.' },
  WORKTREE_EXISTS: { status: 409, message: 'There is a worktree by that name already.' },
  OTHER_HOST: { status: 409, message: 'The files are on another host; ask the daemon there.' },
  WORKTREE_GONE: { status: 409, message: 'The directory of this worktree is gone.' },
  REPO_GONE: { status: 409, message: 'The repository is gone from its path; put it back or remove it here.' },
  NO_SNAPSHOT: { status: 409, message: 'That task left no snapshot of its worktree; fork from another one.' },
  SPAWN_TOO_DEEP: {
    status: 409,
    message: 'A spawned session may spawn again, five deep at most; begin a session instead.',
  },
  TOO_MANY_CHILDREN: {
    status: 409,
    message: 'This session has spawned 20 sessions, and may have no more; remove some of them.',
  },
  TOO_MANY_ENTRIES: {
    status: 409,
    message: 'You have 50 environment entries, and may have no more; remove some of them.',
  },
  TOO_MANY_ATTACHMENTS: {
    status: 409,
    message: 'You have 50 files that no prompt has taken; send or remove some of them.',
  },
  ATTACHMENT_SENT: { status: 409, message: 'A prompt has taken this file; it goes with the session.' },
  TOO_MANY_SUBSCRIPTIONS: {
    status: 409,
    message: 'A socket listens to 500 sessions and worktrees at most; leave some of them.',
  },
  IDEMPOTENCY_MISMATCH: { status: 409, message: 'That idempotency key was used with another prompt.' },

  // 410: it was there, and is not any more
  LOG_TRIMMED: {
    status: 410,
    message: 'The log does not go back so far any more; read the session and its rows anew.',
  },

  // the rest
  BODY_TOO_LARGE: { status: 413, message: 'The body is over 1 MiB.' },
  ATTACHMENT_TOO_LARGE: {
    status: 413,
    message: 'The file is over 10 MiB; put it into the worktree, and name it in the prompt.',
  },
  RATE_LIMITED: { status: 429, message: 'That was too often in a short time; try again a little later.' },
  UNAVAILABLE: { status: 503, message: 'The database does not answer right now; try again.' },
  GIT_MISSING: { status: 500, message: 'git was not found; install git 2.31 or newer.' },
  GIT_FAILED: { status: 500, message: 'git refused; the message says what it said.' },
  INTERNAL: { status: 500, message: 'Something broke on our side; the log of the daemon has it.' },
} as const satisfies Record<string, { status: number; message: string }>

export type ErrorCode = keyof typeof errorTable

/** A failure that a caller is told of: its `code` is from the table, its `message` one sentence with what to do. */
export class YardmasterError extends Error {
  override readonly name = 'YardmasterError'
  readonly status: number

  /**
   * @param code from {@link errorTable}
   * @param message more exact than the table's, or nothing
   * @param details further fields that travel in `data` beside the code; never secrets
   */
  constructor(
    readonly code: ErrorCode,
    message?: string,
    readonly details: Readonly<Record<string, unknown>> = {},
  ) {
    super(message ?? errorTable[code].message)
    this.status = errorTable[code].status
  }
}

/** Whether a text is a code of the table. */
export const isErrorCode = (code: unknown): code is ErrorCode =>
  typeof code === 'string' && Object.hasOwn(errorTable, code)
