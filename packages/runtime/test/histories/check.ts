import { presentMessage, presentPermissionRequest, presentSession, presentTask } from '@yardmaster/store'
import type { TaskRow } from '../yard.js'
import { replay } from './replay.js'
import type { World } from './world.js'

// What is true of the rows at any moment between two transactions. Each answers the rows of which it is not.
const rules: Record<string, string> = {
  'a session and its tasks agree on what executes': `
    select s.id from sessions s left join tasks t on t.session_id = s.id
      and t.status in ('dispatched', 'running', 'awaiting_permission', 'stopping')
    where s.executing_task_id is distinct from t.id or s.executing_attempt is distinct from
      case when t.id is not null then t.attempt end`,
  'a session executes one task at most': `
    select session_id from tasks where status in ('dispatched', 'running', 'awaiting_permission', 'stopping')
    group by session_id having count(*) > 1`,
  'a worktree is written in by one task at most, unless its writers are parallel': `
    select t.worktree_id from tasks t join worktrees w on w.id = t.worktree_id and not w.parallel_writers
    where t.status in ('dispatched', 'running', 'awaiting_permission', 'stopping')
    group by t.worktree_id having count(*) > 1`,
  'what executes has a lease, and nothing else does': `
    select id from tasks where (lease_expires_at is not null)
      <> (status in ('dispatched', 'running', 'awaiting_permission', 'stopping'))`,
  'what was asked to stop is never queued nor runs on': `
    select id from tasks where stop_requested_at is not null
      and status in ('queued', 'dispatched', 'running', 'awaiting_permission')`,
  'what has ended says when': `
    select id from tasks where (ended_seq is not null) <> (status in ('completed', 'failed', 'timed_out', 'stopped', 'cancelled'))`,
  'what was given up has failed, or waits again': `
    select id from tasks where given_up_at is not null and status not in ('queued', 'failed', 'cancelled')`,
  'a running task asks nothing, and one that asks waits for the answer': `
    select t.id from tasks t where (t.status = 'awaiting_permission') and not exists (
        select from permission_requests r where r.task_id = t.id and r.status = 'pending' and r.attempt = t.attempt)
      or t.status <> 'awaiting_permission' and exists (
        select from permission_requests r where r.task_id = t.id and r.status = 'pending')`,
  'no older attempt asks': `
    select r.id from permission_requests r join tasks t on t.id = r.task_id
    where r.status = 'pending' and r.attempt <> t.attempt`,
  'no message is in the making on an attempt that is over': `
    select m.id from messages m join sessions s on s.id = m.session_id
    where m.status = 'streaming'
      and (s.executing_task_id, s.executing_attempt) is distinct from (m.task_id, m.attempt)`,
  'a prompt is told once': `
    select task_id from messages where type = 'prompt' group by task_id having count(*) > 1`,
  'a pointer is a pair': `
    select id from sessions where (agent_session_id is null) <> (agent_session_runtime_id is null)`,
  'a pointer is of the runtime that made it': `
    select s.id from sessions s where s.agent_session_id is not null and not exists (
      select from agent_sessions a where a.session_id = s.id and a.agent_session_id = s.agent_session_id
        and a.runtime_id = s.agent_session_runtime_id)`,
  'a session is held only while prompts wait': `
    select s.id from sessions s where s.held_by_task_id is not null and not exists (
      select from tasks t where t.session_id = s.id and t.status = 'queued')`,
  'the log goes from 1 to the last number without a gap': `
    select s.id from sessions s where s.last_seq <> (select count(*) from session_events e where e.session_id = s.id)
      or s.last_seq <> (select max(seq) from session_events e where e.session_id = s.id)`,
}

// The newest event of each row says what the row is, but for what is never told by itself.
const newest = (service: string, table: string, present: (alias: string) => string, silent: string[]) => {
  const less = silent.map((name) => ` - '${name}'`).join('')
  const session = table === 'sessions' ? 'x.id' : 'x.session_id'
  return `
    select x.id from ${table} x join lateral (
      select e.data from session_events e where e.session_id = ${session}
        and e.type in ('${service} created', '${service} patched') and e.data->>'id' = x.id::text
      order by e.seq desc limit 1) last on true
    where last.data::jsonb${less} <> (${present('x')})::jsonb${less}`
}
Object.assign(rules, {
  'the newest event of a task is the task': newest('tasks', 'tasks', presentTask, ['lease_expires_at']),
  'the newest event of a session is the session': newest('sessions', 'sessions', presentSession, [
    'last_seq',
    'last_activity_at',
  ]),
  'the newest event of a request is the request': newest(
    'permission-requests',
    'permission_requests',
    presentPermissionRequest,
    [],
  ),
  // Growth is not told, so the text of one in the making is ahead of its event.
  'the newest event of a message is the message': newest('messages', 'messages', presentMessage, [
    'content',
    'preview',
  ]),
})

const everyRule = Object.entries(rules)
  .map(([rule, text]) => `select '${rule}' as rule, x.id::text from (${text}) as x (id)`)
  .join(' union all ')

/** The rules that rows break, with the rows. */
export async function brokenRules({ yard }: World): Promise<string[]> {
  const broken = await yard.query<{ rule: string; id: string }>(everyRule)
  return broken.map(({ rule, id }) => `Not so: ${rule} (${id})`)
}

/** What the logs of the sessions tell that must never have happened. */
export async function brokenLogs({ yard, sessions }: World): Promise<string[]> {
  const hurried = await yard.query<{ id: string }>('select id from tasks where goes_first')
  const ids = new Set(hurried.map(({ id }) => id))
  return (await Promise.all(sessions.map(yard.events))).flatMap((events) => replay(events, ids))
}

/** Acknowledged and yet not there. */
export async function brokenPromises(world: World): Promise<string[]> {
  const { yard } = world
  const broken: string[] = []
  const tasks = new Map((await Promise.all(world.prompts.map(yard.task))).map((task) => [task.id, task]))
  for (const [name, status] of world.ended) {
    const [id, attempt] = name.split('.')
    const task = tasks.get(id!)
    if (task?.status !== status || task.attempt !== Number(attempt) || task.given_up_at)
      broken.push(`${name} was accepted as ${status} and is ${task?.status}.${task?.attempt}`)
  }
  for (const [id, attempt] of world.stopped)
    if (tasks.get(id)?.attempt !== attempt) broken.push(`${id} was claimed after it was stopped`)
  const transcript = (await Promise.all(world.sessions.map(yard.messages))).flat()
  for (const name of world.kept)
    if (
      !transcript.some((one) => one.client_id === 'late-ending' && `${one.task_id}.${one.attempt}` === name)
    )
      broken.push(`The refused ending of ${name} was not kept`)
  for (const { id } of world.messages)
    if (!transcript.some((message) => message.id === id)) broken.push(`Message ${id} is gone`)
  for (const [id, contents] of world.written)
    if (!contents.has(transcript.find((message) => message.id === id)?.content[0]?.text ?? ''))
      broken.push(`Message ${id} is not what was accepted as final`)
  const requests = await yard.query<{ id: string; option_id: string }>(
    'select id, option_id from permission_requests',
  )
  for (const [id, option] of world.decided)
    if (requests.find((request) => request.id === id)?.option_id !== option)
      broken.push(`Request ${id} does not have the answer that was accepted`)
  return [...broken, ...twoHolders(world, tasks)]
}

/** An attempt is given to one boot of the task's own runtime: again and again until it has it, never to another. */
function twoHolders({ handouts }: World, tasks: Map<string, TaskRow>): string[] {
  const holders = new Map<string, string>()
  const nonces = new Set<string>()
  return handouts.flatMap(({ run, host, boot_id }) => {
    // An adopted run is the same handout under its runtime's next boot.
    if (nonces.has(run.nonce)) return []
    nonces.add(run.nonce)
    const name = `${run.task.id}.${run.task.attempt}`
    const holder = holders.get(name) ?? boot_id
    holders.set(name, holder)
    if (tasks.get(run.task.id)?.runtime_id !== host.id) return [`${name} was given to a runtime it is not of`]
    return holder === boot_id ? [] : [`${name} was given to two boots`]
  })
}
