import { randomUUID } from 'node:crypto'
import { customMethodOf } from '@yardmaster/protocol'
import { type Answer, openTransport } from '../helpers/calls'
import type { Cell } from './cells'

const time = '2030-01-01T00:00:00Z'
const id = randomUUID()

/**
 * What the daemon writes itself and nobody sends, with a value that would fit, and the calls that take it all the same:
 * because a person chooses it there, an executor or runtime reports it, or it is compared with the row's.
 */
const stamped: Record<string, { value: unknown; but?: readonly string[] }> = {
  created_by: { value: id },
  decided_by: { value: id },
  decided_at: { value: time },
  node_id: { value: id },
  runtime_id: { value: id, but: ['sessions.patch'] },
  seq: { value: 1 },
  last_seq: { value: 1 },
  attempt: { value: 1, but: ['tasks.patch'] },
  max_attempts: { value: 9 },
  nonce: { value: id },
  boot_id: { value: id, but: ['runtimes.register', 'runtimes.heartbeat', 'runtimes.claim'] },
  lease_expires_at: { value: time },
  created_at: { value: time },
  started_at: { value: time },
  completed_at: { value: time, but: ['tasks.patch'] },
  status: {
    value: 'completed',
    but: ['tasks.patch', 'messages.create', 'messages.patch', 'permission-requests.patch'],
  },
  agent_session_id: { value: 'x', but: ['tasks.patch'] },
  agent_session_runtime_id: { value: id },
  work_dir: { value: '/x', but: ['tasks.patch'] },
  base_sha: { value: 'x' },
  target_branch: { value: 'x' },
  path: { value: '/x', but: ['repos.create'] },
  parallel_writers: { value: true },
  executing_task_id: { value: id },
  executing_attempt: { value: 1 },
  held_by_task_id: { value: id },
  parent_session_id: { value: id },
  forked_from_session_id: { value: id },
  remote: { value: true },
  interactive: { value: true },
  terminal_runtime_id: { value: id },
  resume_decision: { value: {} },
  stop_requested_at: { value: time },
  allowance_id: { value: id },
  user_id: { value: id, but: ['grants.create', 'team-members.create'] },
  owner_id: { value: id },
  password_hash: { value: 'x' },
  token_hash: { value: 'x' },
  auth_epoch: { value: 1 },
  disabled_at: { value: time },
}

/**
 * Says each call that somebody may make again, with each of these fields beside what it takes: 400 goes before whatever
 * else there is to say of it.
 *
 * @returns those that were answered otherwise
 */
export async function sendStamped(url: string, cells: Cell[]): Promise<string[]> {
  const transport = openTransport('REST', url)
  // One of each kind of caller for each method that has a body.
  const first = new Map<string, Cell>()
  for (const cell of cells) {
    const { path, method } = cell.line
    const said = `${path}.${method} ${cell.column.group === 'runtime' || cell.column.group === 'executor'}`
    const hasBody = cell.call.data && customMethodOf(path, method)?.verb !== 'GET'
    if (cell.expected === 'ok' && cell.transport === 'REST' && hasBody && !first.has(said))
      first.set(said, cell)
  }
  const attempts = [...first.values()].flatMap(({ line, call, token }) =>
    Object.entries(stamped)
      .filter(
        ([field, { but }]) =>
          !(field in (call.data as object)) && !but?.includes(`${line.path}.${line.method}`),
      )
      .map(([field, { value }]) => ({
        line,
        field,
        token,
        call: { ...call, data: { ...(call.data as object), [field]: value } },
      })),
  )
  const told: string[] = []
  const waiting = attempts.values()
  const work = async () => {
    for (const { line, field, token, call } of waiting) {
      const { status, body }: Answer = await transport.call(token, call)
      if (status !== 400 || body.data.code !== 'INVALID')
        told.push(`${line.name} with ${field}: ${status} ${body.data?.code}`)
    }
  }
  await Promise.all(Array.from({ length: 8 }, work))
  return told
}
