import type { Chunk, SessionView } from '@yardmaster/client'
import { isTerminal, type Message } from '@yardmaster/protocol'
import type { Watcher } from './watcher.js'

/**
 * Tells what is different between two views of a session, in the order in which it is read.
 *
 * @param before null: everything there is, but for requests that were decided already
 * @param task tells only what belongs to this task
 */
export function tellChanges(
  before: SessionView | null,
  after: SessionView,
  watcher: Watcher,
  task?: string,
): void {
  const isWanted = (id: string | null) => !task || id === task
  if (after.session !== before?.session) watcher.session?.(after.session)

  const messages = changed(before?.messages, after.messages, ({ seq }) => seq)
  for (const { old, now } of messages) if (old && !now) watcher.removed?.(old)

  const tasks = new Map(
    changed(before?.tasks, after.tasks, ({ id }) => id).flatMap(({ now }) =>
      now && isWanted(now.id) ? [[now.id, now]] : [],
    ),
  )
  const tellTask = (id: string) => {
    const row = tasks.get(id)
    if (row) watcher.task?.(row)
    tasks.delete(id)
  }
  // A task stands where it ended: behind the last of its messages.
  const told = messages.filter(({ now }) => now && isWanted(now.task_id))
  for (const [at, { old, now }] of told.entries()) {
    tellMessage(old, now!, watcher)
    const owner = tasks.get(now!.task_id ?? '')
    if (owner && isTerminal(owner.status) && told[at + 1]?.now?.task_id !== owner.id) tellTask(owner.id)
  }
  for (const id of [...tasks.keys()]) tellTask(id)

  for (const { now } of changed(before?.requests, after.requests, ({ id }) => id))
    if (now && isWanted(now.task_id) && (before || now.status === 'pending')) watcher.request?.(now)
}

function tellMessage(old: Message | undefined, now: Message, watcher: Watcher): void {
  if (old && now.status === 'streaming') for (const chunk of growth(old, now)) watcher.chunk?.(chunk)
  watcher.message?.(now)
}

/** What the texts of a message grew by. */
function growth(old: Message, now: Message): Chunk[] {
  return now.content.flatMap((_, block) => {
    const before = textAt(old, block)
    const text = textAt(now, block)
    if (text.length <= before.length || !text.startsWith(before)) return []
    return [{ message_id: now.id, block, offset: before.length, text: text.slice(before.length) }]
  })
}

const textAt = ({ content }: Message, at: number): string => {
  const { type, text } = (content[at] ?? {}) as { type?: string; text?: unknown }
  return type === 'text' && typeof text === 'string' ? text : ''
}

interface Change<Row> {
  old?: Row
  now?: Row
}

/** The rows that came, went or are others now, of two lists in the order of a key; what is the same object stayed. */
function changed<Row>(
  before: readonly Row[] = [],
  after: readonly Row[],
  keyOf: (row: Row) => string | number,
): Change<Row>[] {
  if (before === after) return []
  const changes: Change<Row>[] = []
  let [a, b] = [0, 0]
  while (a < before.length || b < after.length) {
    const [old, now] = [before[a], after[b]]
    if (old !== undefined && (now === undefined || keyOf(old) < keyOf(now))) {
      changes.push({ old })
      a += 1
    } else if (now !== undefined && (old === undefined || keyOf(now) < keyOf(old))) {
      changes.push({ now })
      b += 1
    } else {
      if (old !== now) changes.push({ old: old!, now: now! })
      a += 1
      b += 1
    }
  }
  return changes
}
