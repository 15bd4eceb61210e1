import type { Message, PermissionRequest, Session, Task } from '@yardmaster/protocol'
import { placeOf, put, without } from './sorted.js'
import { type Chunk, grow, settle } from './text.js'

/**
 * A session as it was right after one event of its log. Never changed: the next view is another object, and shares
 * with this one every row and list that stayed as it was.
 */
export interface SessionView {
  /** As its own last event told it; where the log stands is `last_seq` of the view. */
  readonly session: Session
  /** Those that are not over, the newest 200, and those that the messages here belong to; the oldest first. */
  readonly tasks: readonly Task[]
  /** The newest messages without a gap, in the order of `seq`. */
  readonly messages: readonly Message[]
  /** Those pending and the newest 50, the oldest first. */
  readonly requests: readonly PermissionRequest[]
  /** The last event that this view has in it. */
  readonly last_seq: number
  /** Whether there are messages before the first one here. */
  readonly has_earlier: boolean
  /** Every message with this `seq` and above is here. */
  readonly from_seq: number
}

/** One entry of a session's log, live or read. */
export interface LogEvent {
  seq: number
  /** The name of the Feathers event, like `tasks patched`. */
  type: string
  row: { id: string }
}

export const bySeq = (message: Message): number => message.seq
/** Ids are in the order of creation. */
export const byId = (row: { id: string }): string => row.id

/** The view after the next event. */
export function apply(view: SessionView, { seq, type, row }: LogEvent): SessionView {
  const next = { ...view, last_seq: seq }
  const [service, event] = type.split(' ')
  switch (service) {
    case 'sessions':
      return { ...next, session: row as Session }
    case 'tasks':
      return { ...next, tasks: change(view.tasks, row as Task, event) }
    case 'permission-requests':
      return { ...next, requests: change(view.requests, row as PermissionRequest, event) }
    case 'messages':
      return isWithin(view, row as Message)
        ? { ...next, messages: changeMessage(view.messages, row as Message, event) }
        : next
    default:
      return next // of a kind that this version does not know
  }
}

function change<Row extends { id: string }>(rows: readonly Row[], row: Row, event = ''): readonly Row[] {
  return event === 'removed' ? without(rows, row.id, byId) : put(rows, row, byId)
}

/** Messages after one event. One whose content the log has not any more was removed since, and that is told too. */
export function changeMessage(
  messages: readonly Message[],
  row: Message,
  event: string | undefined,
): readonly Message[] {
  if (event === 'removed') return without(messages, row.seq, bySeq)
  if (!('content' in row)) return messages
  const known = messages[placeOf(messages, row.seq, bySeq)]
  return put(messages, settle(known?.id === row.id ? known : undefined, row), bySeq)
}

const isWithin = ({ from_seq }: SessionView, { seq }: Message): boolean => seq >= from_seq

/** The message of this id. Looked for from the end, since what grows is new. */
export const messageOf = ({ messages }: SessionView, id: string): Message | undefined =>
  messages.findLast((message) => message.id === id)

/** The view with a message as it is stored; the same where it is not among those here. */
export function withStored(view: SessionView, message: Message): SessionView {
  const known = messageOf(view, message.id)
  if (!known) return view
  return { ...view, messages: put(view.messages, settle(known, message), bySeq) }
}

/**
 * The view with live text.
 *
 * @returns null if the text before it is missing here
 */
export function withChunk(view: SessionView, chunk: Chunk): SessionView | null {
  const message = messageOf(view, chunk.message_id)
  const grown = message && grow(message, chunk)
  if (!grown) return null
  return grown === message ? view : { ...view, messages: put(view.messages, grown, bySeq) }
}

/** What stands before the messages of a view. */
export interface Earlier {
  messages: readonly Message[]
  /** Those that these messages belong to. */
  tasks: readonly Task[]
  from_seq: number
}

/** The view with earlier messages, over which the events go that came while they were fetched. */
export function withEarlier(
  view: SessionView,
  earlier: Earlier,
  meanwhile: readonly LogEvent[],
): SessionView {
  const { from_seq } = earlier
  let messages = earlier.messages
  for (const { type, row } of meanwhile) {
    const [service, event] = type.split(' ')
    const { seq } = row as Message
    if (service === 'messages' && seq >= from_seq && seq < view.from_seq)
      messages = changeMessage(messages, row as Message, event)
  }
  const known = new Set(view.tasks.map(byId))
  const tasks = earlier.tasks.filter(({ id }) => !known.has(id))
  return {
    ...view,
    messages: [...messages, ...view.messages],
    tasks: tasks.length ? [...tasks, ...view.tasks].sort((a, b) => (a.id < b.id ? -1 : 1)) : view.tasks,
    from_seq,
    has_earlier: from_seq > 0,
  }
}
