import { randomUUID } from 'node:crypto'
import type { Call } from '../helpers/calls'
import type { SceneState } from './scenes'
import type { Subject } from './subject'

/** Rows that a call which succeeds uses up; each such call gets one of its own. */
export type Fresh =
  | 'invitation'
  | 'entry'
  | 'browser'
  | 'apiToken'
  | 'team'
  | 'member'
  | 'worktree'
  | 'repo'
  | 'user'
  | 'grant'
  | 'runtime'

export interface Said {
  /** How the scene stands that the call is made in. Without one, the call is about no session and the scene is shared. */
  in?: SceneState
  fresh?: Fresh
  /** The file that no prompt has taken was put there by whose session it is; they may have a few of those only. */
  puts?: true
  /** The row that a list shall have in it. */
  lists?: keyof Subject
  /** Signs in or out, which is not to be undone for the calls after it: on a socket of its own. */
  apart?: true
  call(subject: Subject): Omit<Call, 'path' | 'method'>
}

const password = 'a password for tests'
/** As a browser has them: a point on the curve, and 16 bytes. */
const keysOfBrowser = {
  p256dh: 'BBBIplVMeExJ-rMUghUy21ftvksJQg3BTONUWLsZqej0_VUOhCfKIfWLenfVUgUSopTZeUJBEAke8Xj9hIC7P2E',
  auth: 'AAECAwQFBgcICQoLDA0ODw',
}
/** Shown in no answer. */
export const valueOfEntry = 'sk-the-value-of-an-entry-0123456789'

/** By query: of one session, which is the list's gate, and without, which is its scope. */
const lists = (row: keyof Subject): Record<'by session' | 'at large', Said> => ({
  'by session': {
    in: 'running',
    lists: row,
    call: (of) => ({ query: { session_id: of.session, id: of[row] } }),
  },
  'at large': { in: 'running', lists: row, call: (of) => ({ query: { id: of[row] } }) },
})
const byId = (row: keyof Subject, state: SceneState = 'running'): Said => ({
  in: state,
  call: (of) => ({ id: of[row] }),
})
const change = (row: keyof Subject, data: object, state: SceneState = 'running'): Said => ({
  in: state,
  call: (of) => ({ id: of[row], data }),
})
const onSession = (state: SceneState, more: object = {}): Said => ({
  in: state,
  call: (of) => ({ data: { id: of.session, ...more } }),
})
const onTask = (state: SceneState): Said => ({ in: state, call: (of) => ({ data: { id: of.task } }) })

const message = { client_id: 'new', type: 'text', role: 'agent', content: [{ type: 'text', text: 'x' }] }
const request = {
  client_id: 'new',
  tool_call: { title: 'ls' },
  options: [{ option_id: 'yes', name: 'Yes', kind: 'allow_once' }],
}
const host = {
  name: 'of a test',
  harnesses: [{ id: 'shell', name: 'Shell', version: null, capabilities: {}, problem: null }],
  allowed_roots: ['/nowhere'],
  isolation: 'none',
  max_concurrent: 10,
}

/** How each line of expectations.txt is said. A service that is new gets its calls here and its lines there. */
export const calls: Record<string, Said> = {
  'authentication.create password': {
    apart: true,
    call: () => ({ data: { strategy: 'local', email: 'admin@example.com', password } }),
  },
  'authentication.create token': {
    apart: true,
    call: ({ token }) => ({ data: { strategy: 'jwt', accessToken: token } }),
  },
  'authentication.remove': { apart: true, call: () => ({ id: null }) },

  'users.find': { lists: 'user', call: ({ user }) => ({ query: { id: user } }) },
  'users.get another': { call: ({ user }) => ({ id: user }) },
  'users.get oneself': { call: ({ self }) => ({ id: self }) },
  'users.create': {
    call: ({ name }) => ({ data: { email: `${name}@example.com`, name, password } }),
  },
  "users.patch another's name": { fresh: 'user', call: ({ user }) => ({ id: user, data: { name: 'X' } }) },
  "users.patch one's own name": { call: ({ self, name }) => ({ id: self, data: { name } }) },
  "users.patch one's own email": {
    call: ({ self, name }) => ({ id: self, data: { email: `${name}@example.com` } }),
  },
  'users.remove': { fresh: 'user', call: ({ user }) => ({ id: user }) },

  'users.sign-out-everywhere of another': { fresh: 'user', call: ({ user }) => ({ data: { id: user } }) },

  "api-tokens.find another's": { lists: 'apiToken', call: ({ apiToken }) => ({ query: { id: apiToken } }) },
  "api-tokens.find one's own": { lists: 'self', call: ({ self }) => ({ query: { id: self } }) },
  "api-tokens.get another's": { call: ({ apiToken }) => ({ id: apiToken }) },
  "api-tokens.get one's own": { call: ({ self }) => ({ id: self }) },
  'api-tokens.create': { call: ({ name }) => ({ data: { name, scopes: ['manage'] } }) },
  "api-tokens.remove another's": { fresh: 'apiToken', call: ({ apiToken }) => ({ id: apiToken }) },

  "environment-entries.find another's": { lists: 'user', call: ({ user }) => ({ query: { id: user } }) },
  "environment-entries.find one's own": { lists: 'self', call: ({ self }) => ({ query: { id: self } }) },
  'environment-entries.create': {
    call: ({ name }) => ({ data: { name: name.replaceAll('-', '_'), value: valueOfEntry } }),
  },
  "environment-entries.remove another's": { call: ({ user }) => ({ id: user }) },
  "environment-entries.remove one's own": { fresh: 'entry', call: ({ entry }) => ({ id: entry }) },

  "push-subscriptions.find another's": { lists: 'user', call: ({ user }) => ({ query: { id: user } }) },
  "push-subscriptions.find one's own": { lists: 'self', call: ({ self }) => ({ query: { id: self } }) },
  'push-subscriptions.create': {
    call: ({ name }) => ({ data: { endpoint: `https://push.example.com/${name}`, keys: keysOfBrowser } }),
  },
  "push-subscriptions.remove another's": { call: ({ user }) => ({ id: user }) },
  "push-subscriptions.remove one's own": { fresh: 'browser', call: ({ browser }) => ({ id: browser }) },

  'invitations.find': { lists: 'invitation', call: ({ invitation }) => ({ query: { id: invitation } }) },
  'invitations.create': {
    call: ({ name }) => ({ data: { email: `${name}@example.com`, name } }),
  },
  'invitations.remove': { fresh: 'invitation', call: ({ invitation }) => ({ id: invitation }) },

  'teams.find': { lists: 'team', call: ({ team }) => ({ query: { id: team } }) },
  'teams.get': { call: ({ team }) => ({ id: team }) },
  'teams.create': { call: ({ name }) => ({ data: { name } }) },
  'teams.patch': { fresh: 'team', call: ({ team, name }) => ({ id: team, data: { name } }) },
  'teams.remove': { fresh: 'team', call: ({ team }) => ({ id: team }) },
  "team-members.find another's": { lists: 'member', call: ({ member }) => ({ query: { id: member } }) },
  "team-members.find one's own": { lists: 'self', call: ({ self }) => ({ query: { id: self } }) },
  'team-members.create': {
    fresh: 'user',
    call: ({ team, user }) => ({ data: { team_id: team, user_id: user } }),
  },
  "team-members.remove another's": { fresh: 'member', call: ({ member }) => ({ id: member }) },
  "team-members.remove one's own": { call: ({ self }) => ({ id: self }) },

  'repos.find': { lists: 'repo', call: ({ repo }) => ({ query: { id: repo } }) },
  'repos.get': { call: ({ repo }) => ({ id: repo }) },
  'repos.create': { call: ({ name, directory }) => ({ data: { name, path: directory } }) },
  'repos.patch': { fresh: 'repo', call: ({ repo, name }) => ({ id: repo, data: { name } }) },
  'repos.remove': { fresh: 'repo', call: ({ repo }) => ({ id: repo }) },

  'worktrees.find': { lists: 'worktree', call: ({ worktree }) => ({ query: { id: worktree } }) },
  'worktrees.get': { call: ({ worktree }) => ({ id: worktree }) },
  'worktrees.create': { call: ({ repo, name }) => ({ data: { repo_id: repo, name } }) },
  'worktrees.patch name': {
    fresh: 'worktree',
    call: ({ worktree, name }) => ({ id: worktree, data: { name } }),
  },
  'worktrees.patch archived_at': {
    fresh: 'worktree',
    call: ({ worktree }) => ({ id: worktree, data: { archived_at: '2030-01-01T00:00:00Z' } }),
  },
  'worktrees.patch others_can': {
    fresh: 'worktree',
    call: ({ worktree }) => ({ id: worktree, data: { others_can: 'none' } }),
  },
  'worktrees.remove': { fresh: 'worktree', call: ({ worktree }) => ({ id: worktree }) },
  'worktrees.disk': { call: ({ worktree }) => ({ data: { id: worktree } }) },
  'worktrees.access': { call: ({ worktree, user }) => ({ data: { id: worktree, user_id: user } }) },

  'worktrees.files': { call: ({ worktree }) => ({ data: { id: worktree, text: 'a' } }) },

  'grants.find': { lists: 'grant', call: ({ grant }) => ({ query: { id: grant } }) },
  'grants.get': { call: ({ grant }) => ({ id: grant }) },
  'grants.create on a worktree': {
    fresh: 'user',
    call: ({ worktree, user }) => ({ data: { worktree_id: worktree, user_id: user, level: 'view' } }),
  },
  'grants.create on a repo': {
    fresh: 'user',
    call: ({ repo, user }) => ({ data: { repo_id: repo, user_id: user, level: 'view' } }),
  },
  'grants.patch': { fresh: 'grant', call: ({ grant }) => ({ id: grant, data: { level: 'session' } }) },
  'grants.remove': { fresh: 'grant', call: ({ grant }) => ({ id: grant }) },

  'sessions.find by id': {
    in: 'running',
    lists: 'session',
    call: ({ session }) => ({ query: { id: session } }),
  },
  'sessions.find at large': {
    in: 'running',
    lists: 'session',
    call: ({ session }) => ({ query: { $or: [{ id: session }] } }),
  },
  'sessions.get': byId('session'),
  'sessions.create': { call: ({ worktree }) => ({ data: { worktree_id: worktree, harness: 'shell' } }) },
  'sessions.patch title': change('session', { title: 'another' }),
  'sessions.patch runtime_id': {
    in: 'running',
    call: ({ session, runtime }) => ({ id: session, data: { runtime_id: runtime } }),
  },
  'sessions.patch permission_mode': change('session', { permission_mode: 'auto' }),
  'sessions.remove': byId('session', 'idle'),
  'sessions.prompt': onSession('running', { prompt: 'more' }),
  'sessions.stop': onSession('running'),
  'sessions.continue': onSession('held'),
  'sessions.fix-sessions': onSession('idle'),
  'sessions.info': onSession('running'),
  'sessions.diff': onSession('running'),
  'sessions.has-session-error': onSession('running'),
  'sessions.family': onSession('running'),
  'sessions.fork in its worktree': onSession('idle', { worktree: 'same' }),
  'sessions.spawn in its worktree': onSession('idle', { prompt: 'more', notify_parent: false }),
  'sessions.spawn that tells its parent': onSession('idle', { prompt: 'more', notify_parent: true }),
  'sessions.report': onSession('running', { plan: [] }),

  'tasks.find by session': lists('task')['by session'],
  'tasks.find at large': lists('task')['at large'],
  'tasks.get': byId('task'),
  'tasks.create': {
    in: 'running',
    call: ({ session }) => ({ data: { session_id: session, prompt: 'more' } }),
  },
  'tasks.patch prompt': change('queued', { prompt: 'another' }),
  'tasks.patch position': change('queued', { position: 9 }),
  'tasks.patch start': change('task', { status: 'running' }, 'claimed'),
  'tasks.patch model': change('task', { model: 'one' }),
  'tasks.patch ending': change('task', { status: 'completed' }),
  "tasks.patch a runtime's ending": change('task', {
    status: 'failed',
    attempt: 2,
    failure_reason: 'harness_died',
  }),
  'tasks.remove': byId('queued'),
  'tasks.has-session-error': onTask('running'),
  'tasks.fix-sessions': onTask('idle'),

  'messages.find by session': lists('message')['by session'],
  'messages.find at large': lists('message')['at large'],
  'messages.get': byId('message'),
  'messages.create': {
    in: 'running',
    call: ({ session }) => ({ data: { session_id: session, ...message } }),
  },
  'messages.patch content': change('message', { content: [] }),
  'messages.patch status': change('message', { status: 'final' }),
  'messages.chunk': {
    in: 'running',
    call: (of) => ({ data: { id: of.message, block: 0, offset: 0, text: 'x' } }),
  },
  'messages.remove': byId('message'),
  'attachments.find by session': lists('attachment')['by session'],
  'attachments.find at large': lists('attachment')['at large'],
  'attachments.find unsent by session': { ...lists('unsent')['by session'], puts: true },
  'attachments.find unsent at large': { ...lists('unsent')['at large'], puts: true },
  'attachments.get': byId('attachment'),
  'attachments.get unsent': { ...byId('unsent'), puts: true },
  'attachments.content': { in: 'running', call: ({ attachment }) => ({ data: { id: attachment } }) },
  'attachments.content unsent': {
    in: 'running',
    puts: true,
    call: ({ unsent }) => ({ data: { id: unsent } }),
  },
  'attachments.create': {
    in: 'running',
    call: ({ session }) => ({
      data: { session_id: session, name: 'a.txt', media_type: 'text/plain', data: 'eA==' },
    }),
  },
  'attachments.remove': { ...byId('unsent'), puts: true },
  'session-events.find': {
    in: 'running',
    lists: 'message',
    call: ({ session }) => ({ query: { session_id: session } }),
  },
  'session-views.find': { call: () => ({}) },
  'session-views.create': {
    in: 'running',
    call: ({ session }) => ({ data: { session_id: session, seen_seq: 1 } }),
  },

  'permission-requests.find by session': lists('request')['by session'],
  'permission-requests.find at large': lists('request')['at large'],
  'permission-requests.get': byId('request'),
  'permission-requests.create': {
    in: 'running',
    call: ({ session }) => ({ data: { session_id: session, ...request } }),
  },
  'permission-requests.patch decision': change('request', { option_id: 'yes' }),
  'permission-requests.patch withdrawal': change('request', { status: 'cancelled' }),
  'allowances.find by session': lists('allowance')['by session'],
  'allowances.find at large': lists('allowance')['at large'],
  'allowances.get': byId('allowance'),
  'allowances.remove': byId('allowance'),

  'subscriptions.create session': {
    in: 'running',
    call: ({ session }) => ({ data: { session_id: session } }),
  },
  'subscriptions.create worktree': { call: ({ worktree }) => ({ data: { worktree_id: worktree } }) },
  'subscriptions.remove': { call: () => ({ id: randomUUID() }) },

  // Without listening first, one can only be gone.
  'presence.create': {
    in: 'running',
    call: ({ session }) => ({ data: { session_id: session, state: 'gone' } }),
  },

  'settings.find': { call: () => ({}) },
  'audit.find': { call: () => ({ query: { $limit: 1 } }) },

  'runtimes.find': { lists: 'runtime', call: ({ runtime }) => ({ query: { id: runtime } }) },
  'runtimes.get': { call: ({ runtime }) => ({ id: runtime }) },
  'runtime-history.find': {
    call: () => ({ query: { from: '2026-01-01T00:00:00Z', to: '2026-01-31T00:00:00Z', bucket: 'day' } }),
  },
  'runtime-load.find': { call: () => ({}) },
  'usage.find': {
    call: () => ({
      query: { from: '2026-01-01T00:00:00Z', to: '2026-01-31T00:00:00Z', bucket: 'day', by: 'person' },
    }),
  },
  'runtimes.register': {
    fresh: 'runtime',
    call: ({ runtime, boot }) => ({ data: { id: runtime, boot_id: boot, ...host, runs: [] } }),
  },
  'runtimes.heartbeat': {
    fresh: 'runtime',
    call: ({ runtime, boot }) => ({ data: { id: runtime, boot_id: boot, runs: [] } }),
  },
  // The scene's queue stands still, and waits for that runtime.
  'runtimes.claim': {
    in: 'idle',
    fresh: 'runtime',
    call: ({ runtime, boot }) => ({ data: { id: runtime, boot_id: boot, slots: 1, runs: [] } }),
  },
}
