import type {
  AuditEntry,
  Level,
  Notice,
  Role,
  Scope,
  SessionStatus,
  TaskStatus,
  UsageDimension,
} from '@yardmaster/protocol'

/** Every word that the pages use for a thing or a state, so that there is one for each. */

export const statusWords: Record<SessionStatus, string> = {
  archived: 'archived',
  disconnected: 'out of touch',
  stopping: 'stopping',
  awaiting_permission: 'asks',
  running: 'running',
  queued: 'queued',
  idle: 'idle',
}

export const taskWords: Record<TaskStatus, string> = {
  queued: 'queued',
  dispatched: 'starting',
  running: 'running',
  awaiting_permission: 'asks',
  stopping: 'stopping',
  completed: 'completed',
  failed: 'failed',
  timed_out: 'timed out',
  stopped: 'stopped',
  cancelled: 'cancelled',
}

/** How a session came from another one. */
export const kinWords = { fork: 'forked', spawn: 'spawned' } as const

/** What a session wants of the person who looks, the most urgent first. */
export const needs = ['asks', 'failed', 'held', 'finished', 'running', 'quiet'] as const
export type Need = (typeof needs)[number]

export const needWords: Record<Need, { title: string; about: string }> = {
  asks: { title: 'Asks', about: 'An agent waits for an answer' },
  failed: { title: 'Failed', about: 'Ended badly, and you have not looked yet' },
  held: { title: 'Held', about: 'Prompts wait until somebody lets them go on' },
  finished: { title: 'Finished', about: 'Done, and you have not looked yet' },
  running: { title: 'Running', about: 'At work, or next in its queue' },
  quiet: { title: 'Quiet', about: 'Nothing to do here' },
}

export const roleWords: Record<Role, string> = { admin: 'admin', member: 'member', viewer: 'viewer' }

/** What a level lets one do in a worktree; each includes those before it. */
export const levelWords: Record<Level, { title: string; about: string }> = {
  none: { title: 'nothing', about: 'Sees nothing of it' },
  view: { title: 'look', about: 'Sees sessions and changes' },
  session: { title: 'own sessions', about: 'Begins sessions and prompts those' },
  prompt: { title: 'prompt', about: "Prompts others' sessions too" },
  all: { title: 'change', about: "Changes others' sessions and the worktree" },
  owner: { title: 'own', about: 'Says who may do what' },
}

/** What happened to a file of a diff. */
export const fileWords: Record<string, string> = {
  added: 'new',
  modified: 'changed',
  deleted: 'deleted',
  renamed: 'renamed',
  copied: 'copied',
  typechange: 'another kind of file',
}

export const roleAbout: Record<Role, string> = {
  admin: 'Governs people, teams and settings, and sees every worktree',
  member: 'Works where they are let, and makes worktrees',
  viewer: 'Looks where they are let, and changes nothing',
}

export const scopeWords: Record<Scope, { title: string; about: string }> = {
  read: { title: 'Look', about: 'Reads what you may see' },
  work: { title: 'Work', about: 'Prompts, stops and answers in sessions too' },
  manage: { title: 'Manage', about: 'Does nearly all that you may do' },
}

/** What one can be told of when no page is open. */
export const noticeWords: Record<Notice, { title: string; about: string }> = {
  asks: { title: 'An agent asks', about: 'Wherever you may answer' },
  failed: { title: 'A run has failed', about: 'One that you prompted' },
  finished: { title: 'A run has finished', about: 'One that you prompted' },
}

/** How a runtime keeps agents from the rest of its host. */
export const isolationWords: Record<string, { title: string; about: string }> = {
  bubblewrap: {
    title: 'isolated',
    about: 'Agents run in bubblewrap, and see their worktree and little else',
  },
  unshare: { title: 'isolated', about: 'Agents run in namespaces of their own' },
  none: { title: 'not isolated', about: 'Agents can do what the user of the runtime can do' },
}

/** What usage is told apart by. */
export const dimensionWords: Record<UsageDimension, string> = {
  person: 'Person',
  repo: 'Repository',
  harness: 'Agent',
  model: 'Model',
}
export const spanWords = {
  day: '24 hours',
  week: '7 days',
  month: '30 days',
  quarter: '90 days',
  year: 'A year',
} as const
/** Whoever or whatever is not known any more, or never was; and all that are too few to be told apart. */
export const unknown = 'unknown'
export const rest = 'all others'

export const actorWords: Record<AuditEntry['actor_kind'], string> = {
  user: 'people',
  executor: 'executors',
  runtime: 'runtimes',
  system: 'the daemon itself',
  nobody: 'nobody signed in',
}

export const outcomeWords: Record<AuditEntry['outcome'], string> = { allowed: 'done', refused: 'refused' }

export const allowanceWords = { allow_always: 'Allowed', reject_always: 'Refused' } as const

export const permissionModeWords = {
  relay: { title: 'Ask people', about: 'Whatever the agent wants leave for is shown here' },
  safe: { title: 'Ask for the rest', about: 'Reading, and edits inside the worktree, need no leave' },
  auto: { title: 'Allow all', about: 'The agent is never stopped' },
  deny: { title: 'Refuse all', about: 'Whatever wants leave is refused' },
} as const

export const describeError = {
  title: 'That did not work',
  offline: 'The daemon does not answer. Check that it runs and that this device is online, then try again.',
  unknown: 'Something went wrong. Load the page again; the log of the daemon has more.',
}

export const connectionWords = {
  live: 'Live',
  catching_up: 'Catching up',
  offline: 'Offline since',
  ended: 'Signed out',
} as const

export const adminsOnly = { title: 'For admins', about: 'Ask one of them, or sign in as one.' }
export const shownOnce =
  'It is shown this once. Whoever has it can use it, so send it on a way that you trust.'

/** Why a control is grey. */
export const noLeave = 'Your access does not cover this; an owner of the worktree can grant it.'
