import type { Call } from './calls'
import type { Site } from './site'

/** Calls that go wrong for one reason at most, which the tests add: what an admin could say. */
export const validCalls = (site: Site): Call[] => [
  {
    path: 'users',
    method: 'create',
    data: { email: 'a@b', name: 'A', password: 'long enough', role: 'member' },
  },
  {
    path: 'users',
    method: 'patch',
    id: site.rows.users,
    data: { name: 'A', email: 'a@b', password: 'long enough' },
  },
  { path: 'repos', method: 'create', data: { name: 'r', path: '/nowhere' } },
  { path: 'repos', method: 'create', data: { name: 'r', url: 'ftp://nowhere' } },
  { path: 'repos', method: 'patch', id: site.rows.repos, data: { name: 'r', default_branch: 'main' } },
  {
    path: 'worktrees',
    method: 'create',
    data: { repo_id: site.rows.repos, name: 'w', branch: 'b', base: 'main', others_can: 'none' },
  },
  { path: 'worktrees', method: 'patch', id: site.rows.worktrees, data: { name: 'w', others_can: 'view' } },
  {
    path: 'grants',
    method: 'create',
    data: { worktree_id: site.rows.worktrees, user_id: site.rows.users, level: 'view' },
  },
  { path: 'grants', method: 'patch', id: site.rows.grants, data: { level: 'view' } },
  {
    path: 'sessions',
    method: 'create',
    data: {
      worktree_id: site.rows.worktrees,
      harness: 'shell',
      title: 't',
      model: 'm',
      mode: 'm',
      permission_mode: 'auto',
    },
  },
  {
    path: 'sessions',
    method: 'patch',
    id: site.rows.sessions,
    data: {
      title: 't',
      model: 'm',
      mode: 'm',
      permission_mode: 'auto',
      runtime_id: site.rows.runtimes,
      archived_at: null,
    },
  },
  { path: 'sessions', method: 'prompt', data: { id: site.rows.sessions, prompt: 'p', idempotency_key: 'k' } },
  { path: 'sessions', method: 'stop', data: { id: site.rows.sessions, task_id: site.rows.tasks } },
  {
    path: 'tasks',
    method: 'create',
    data: { session_id: site.rows.sessions, prompt: 'p', idempotency_key: 'k' },
  },
  { path: 'tasks', method: 'patch', id: site.rows.tasks, data: { prompt: 'p' } },
  {
    path: 'messages',
    method: 'patch',
    id: site.rows.messages,
    data: { content: [{ type: 'text', text: 't' }] },
  },
  {
    path: 'permission-requests',
    method: 'patch',
    id: site.rows['permission-requests'],
    data: { option_id: 'yes' },
  },
  {
    path: 'attachments',
    method: 'create',
    data: { session_id: site.rows.sessions, name: 'n', media_type: 'text/plain', data: 'eA==' },
  },
  { path: 'session-views', method: 'create', data: { session_id: site.rows.sessions, seen_seq: 1 } },
  {
    path: 'authentication',
    method: 'create',
    data: { strategy: 'local', email: 'admin@example.com', password: 'wrong' },
  },
  { path: 'authentication', method: 'create', data: { strategy: 'link', token: 'x' } },
]

/** What an executor says. */
export const reportedCalls = (site: Site): Call[] => [
  {
    path: 'tasks',
    method: 'patch',
    id: site.run.task_id,
    data: {
      status: 'failed',
      completed_at: '2030-01-01T00:00:00Z',
      failure_reason: 'refused',
      error: { message: 'm', detail: 'd' },
      git_state: {
        start: { sha: 's', branch: 'b', dirty: false },
        end: null,
        files: [{ path: 'p', status: 's', added: 1, removed: 1 }],
      },
      agent_session_id: 'a',
      work_dir: '/w',
      usage: { tokens: 'u' },
      model: 'm',
    },
  },
  {
    path: 'messages',
    method: 'create',
    data: {
      session_id: site.run.session_id,
      client_id: 'c',
      type: 'text',
      role: 'agent',
      content: [{ type: 'text', text: 't', deep: [{ er: 'x' }] }],
      parent_tool_use_id: 'p',
    },
  },
  {
    path: 'messages',
    method: 'patch',
    id: site.rows.messages,
    data: { content: [{ type: 'x', y: 'z' }], status: 'final' },
  },
  { path: 'messages', method: 'chunk', data: { id: site.rows.messages, block: 0, offset: 0, text: 't' } },
  {
    path: 'permission-requests',
    method: 'create',
    data: {
      session_id: site.run.session_id,
      client_id: 'q',
      tool_call: { title: 't', raw: { a: ['b'] } },
      options: [{ option_id: 'o', name: 'n', kind: 'k' }],
    },
  },
  {
    path: 'sessions',
    method: 'report',
    data: {
      id: site.run.session_id,
      plan: [{ content: 'c' }],
      commands: ['c'],
      offered: { modes: 'm' },
      usage: { u: 'u' },
    },
  },
]

/** The same JSON with each of its texts put out of shape, one at a time; ids have tests of their own. */
export function* bent(value: unknown, bend: (text: string) => unknown): Generator<unknown> {
  if (typeof value === 'string') yield bend(value)
  else if (Array.isArray(value))
    for (const [place, item] of value.entries())
      for (const odd of bent(item, bend)) yield value.with(place, odd)
  else if (value !== null && typeof value === 'object')
    for (const [key, item] of Object.entries(value).filter(([key]) => key !== 'id'))
      for (const odd of bent(item, bend)) yield { ...value, [key]: odd }
}
