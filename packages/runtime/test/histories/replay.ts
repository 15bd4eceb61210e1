import { isExecuting, isTerminal, type Task, type TaskStatus } from '@yardmaster/protocol'
import type { EventRow } from '../yard.js'

type Told = Pick<Task, 'id' | 'status' | 'attempt' | 'position' | 'failure_reason'>

// A task that was given up may be gone on with, or ended, by its last attempt, until somebody claims it anew.
const next: Record<TaskStatus, TaskStatus[]> = {
  queued: ['queued', 'dispatched', 'cancelled', 'running', 'completed', 'failed', 'timed_out'],
  dispatched: ['dispatched', 'running', 'stopping', 'queued', 'completed', 'failed', 'timed_out'],
  running: ['running', 'awaiting_permission', 'stopping', 'queued', 'completed', 'failed', 'timed_out'],
  awaiting_permission: [
    'awaiting_permission',
    'running',
    'stopping',
    'queued',
    'completed',
    'failed',
    'timed_out',
  ],
  stopping: ['stopping', 'stopped', 'completed', 'failed', 'timed_out'],
  failed: ['dispatched', 'running', 'stopping', 'stopped', 'completed', 'failed', 'timed_out'],
  completed: [],
  timed_out: [],
  stopped: [],
  cancelled: [],
}
const givenUpFor = ['runtime_lost', 'lease_expired']

/**
 * Goes through a session's log from its beginning and answers everything in it that must not be.
 *
 * @param hurried tasks that were to go first
 */
export function replay(events: EventRow[], hurried: ReadonlySet<string>): string[] {
  const wrong: string[] = []
  // They keep the order in which they came, whatever positions they were given.
  const orderly = new Set<string>()
  const tasks = new Map<string, Told>()
  let held: unknown = null
  let archived: unknown = null
  events.forEach(({ seq, type, data }, index) => {
    if (seq !== index + 1) wrong.push(`Event ${index + 1} has the number ${seq}`)
    const say = (what: string) => wrong.push(`At ${seq}: ${what}`)
    if (type === 'sessions created' || type === 'sessions patched') {
      held = data.held_by_task_id
      archived = data.archived_at
      const [executing] = [...tasks.values()].filter(({ status }) => isExecuting(status))
      if ((executing?.id ?? null) !== data.executing_task_id)
        say(`the session says that ${data.executing_task_id} executes, its tasks ${executing?.id}`)
      if ((executing?.attempt ?? null) !== data.executing_attempt) say('the session has another attempt')
    }
    if (type !== 'tasks created' && type !== 'tasks patched') return
    const task = data as unknown as Told
    const before = tasks.get(task.id)
    if (before)
      wrong.push(
        ...step(before, task, [...tasks.values()], held, archived).map((what) => `At ${seq}: ${what}`),
      )
    else if (task.status !== 'queued' || task.attempt !== 0) say(`a new task is ${task.status}`)
    if (!before && !hurried.has(task.id)) orderly.add(task.id)
    if (before && before.position !== task.position) orderly.delete(task.id)
    if (before && before.attempt !== task.attempt && orderly.has(task.id)) {
      const older = [...tasks.values()].slice(0, [...tasks.keys()].indexOf(task.id))
      const passed = older.find(({ id, status }) => status === 'queued' && orderly.has(id))
      if (passed) say(`${task.id} was claimed although ${passed.id} was prompted before it`)
    }
    tasks.set(task.id, task)
    if ([...tasks.values()].filter(({ status }) => isExecuting(status)).length > 1) say('two tasks execute')
  })
  return wrong
}

function step(before: Told, after: Told, all: Told[], held: unknown, archived: unknown): string[] {
  const wrong: string[] = []
  const path = `${before.id} went from ${before.status}.${before.attempt} to ${after.status}.${after.attempt}`
  if (!next[before.status].includes(after.status)) wrong.push(path)
  if (isTerminal(before.status) && !givenUpFor.includes(before.failure_reason ?? ''))
    wrong.push(`${path}: final`)
  const isClaim = after.attempt !== before.attempt
  if (!isClaim) {
    // Only what was claimed once can be gone on with or ended from its queue.
    const leaves = before.status === 'queued' && after.status !== 'queued' && after.status !== 'cancelled'
    if (leaves && before.attempt === 0 && after.failure_reason !== 'harness_missing')
      wrong.push(`${path}: unclaimed`)
    return wrong
  }
  if (before.status !== 'queued' || after.status !== 'dispatched' || after.attempt !== before.attempt + 1)
    wrong.push(`${path}: no claim`)
  if (held) wrong.push(`${path} while the session was held`)
  if (archived) wrong.push(`${path} while the session was archived`)
  const first = all.filter(({ status }) => status === 'queued').sort(byPlace)[0]
  if (first?.id !== before.id) wrong.push(`${path} although ${first?.id} came first`)
  return wrong
}

const byPlace = (a: Told, b: Told): number => a.position - b.position || (a.id < b.id ? -1 : 1)
