import type { SessionView } from '@yardmaster/client'
import { isTerminal, type Message, type PermissionRequest, type Task } from '@yardmaster/protocol'

/** What stands in a transcript, from top to bottom. */
export type Row =
  | { kind: 'message'; key: string; message: Message; request: PermissionRequest | undefined }
  | { kind: 'ending'; key: string; task: Task }
  /** What comes below is new to whoever looks. */
  | { kind: 'new'; key: string }

/**
 * The rows of a view. A task that has ended says so below its last message.
 *
 * @param seen_seq how far one had looked when the page was opened; null: no line is drawn
 */
export function rowsOf({ messages, tasks, requests }: SessionView, seen_seq: number | null): Row[] {
  const last = new Map<string, string>()
  for (const { id, task_id } of messages) if (task_id) last.set(task_id, id)
  const ended = new Map(tasks.filter(({ status }) => isTerminal(status)).map((task) => [task.id, task]))
  const asked = new Map(requests.map((request) => [String(request.tool_call?.tool_call_id), request]))

  const rows: Row[] = []
  let drawn = seen_seq === null
  for (const message of messages) {
    if (message.type === 'other') continue // for programs: plans, commands, what is new
    if (!drawn && message.seq > (seen_seq as number)) {
      drawn = true
      if (rows.length > 0) rows.push({ kind: 'new', key: 'new' })
    }
    rows.push({ kind: 'message', key: message.id, message, request: requestOf(message, asked) })
    pushEnding(rows, message, last, ended)
  }
  return rows
}

function pushEnding(
  rows: Row[],
  { id, task_id }: Message,
  last: Map<string, string>,
  ended: Map<string, Task>,
): void {
  const task = task_id && last.get(task_id) === id ? ended.get(task_id) : undefined
  if (task) rows.push({ kind: 'ending', key: `ending-${task.id}`, task })
}

function requestOf(message: Message, asked: Map<string, PermissionRequest>): PermissionRequest | undefined {
  if (message.type !== 'tool_call') return undefined
  const call = message.content.find(({ type }) => type === 'tool_call') as
    | { tool_call_id?: string }
    | undefined
  return call?.tool_call_id ? asked.get(call.tool_call_id) : undefined
}

/** What the last row is now: another thing once more was said, or what was said last has grown. */
export function endOf(rows: readonly Row[]): unknown {
  const row = rows.at(-1)
  return row?.kind === 'message' ? row.message : row?.key
}
