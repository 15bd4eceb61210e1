import { type Message, type Session, terminalStatuses } from '@yardmaster/protocol'
import type { Client } from '../connect.js'
import type { Query, Rows } from '../services.js'
import { byId, type Earlier, type SessionView } from './view.js'

/** Waits for an answer, and fails where none can come any more. */
export type Ask = <T>(call: Promise<T>) => Promise<T>

/** Rows that a page of a list has at most. */
const PAGE = 200
const RECENT_REQUESTS = 50

export const fetchSession = (client: Client, session_id: string, ask: Ask): Promise<Session> =>
  ask(client.service('sessions').get(session_id))

/**
 * The session's rows, read after the session itself: they may be ahead of its `last_seq`, and are not of one moment.
 * Consistent with each other they are once the log from there to its end has gone over them.
 *
 * @param window how many of the newest messages
 */
export async function fetchView(
  client: Client,
  session: Session,
  window: number,
  ask: Ask,
): Promise<SessionView> {
  const session_id = session.id
  const tasks = client.service('tasks')
  const requests = client.service('permission-requests')
  const newest = { session_id, $sort: { id: -1 }, $total: false }
  const [earlier, newTasks, openTasks, newRequests, pending] = await Promise.all([
    fetchEarlier(client, session_id, null, window, ask),
    ask(tasks.find({ query: { ...newest, $limit: PAGE } })),
    every(tasks, { session_id, status: { $nin: terminalStatuses } }, ask),
    ask(requests.find({ query: { ...newest, $limit: RECENT_REQUESTS } })),
    every(requests, { session_id, status: 'pending' }, ask),
  ])
  return {
    session,
    tasks: inOrder([...newTasks.data, ...openTasks, ...earlier.tasks]),
    messages: earlier.messages,
    requests: inOrder([...newRequests.data, ...pending]),
    last_seq: session.last_seq,
    from_seq: earlier.from_seq,
    has_earlier: earlier.from_seq > 0,
  }
}

/**
 * The messages before one, with the tasks they belong to.
 *
 * @param before the `seq` of that one; null: the newest
 */
export async function fetchEarlier(
  client: Client,
  session_id: string,
  before: number | null,
  count: number,
  ask: Ask,
): Promise<Earlier> {
  const found: Message[] = [] // the newest first
  let isStart = false
  while (found.length < count && !isStart) {
    const end = found.at(-1)?.seq ?? before
    const $limit = Math.min(PAGE, count - found.length)
    const query = { session_id, $sort: { seq: -1 }, $limit, $total: false }
    const { data } = await ask(
      client.service('messages').find({ query: end === null ? query : { ...query, seq: { $lt: end } } }),
    )
    found.push(...data)
    isStart = data.length < $limit
  }
  const messages = found.reverse()
  return {
    messages,
    tasks: await tasksOf(client, messages, ask),
    from_seq: isStart ? 0 : (messages[0]?.seq ?? 0),
  }
}

async function tasksOf(client: Client, messages: readonly Message[], ask: Ask): Promise<Earlier['tasks']> {
  const ids = [...new Set(messages.flatMap(({ task_id }) => task_id ?? []))]
  const session_id = messages[0]?.session_id
  const pages = Array.from({ length: Math.ceil(ids.length / PAGE) }, (_, at) => {
    const query = {
      session_id,
      id: { $in: ids.slice(at * PAGE, (at + 1) * PAGE) },
      $limit: PAGE,
      $total: false,
    }
    return ask(client.service('tasks').find({ query }))
  })
  return (await Promise.all(pages)).flatMap(({ data }) => data)
}

/** Every row of a list, in pages that begin behind the last id, so that none is missed when others come or go. */
export async function every<Row extends { id: string }>(
  service: Pick<Rows<Row>, 'find'>,
  query: Query,
  ask: Ask,
): Promise<Row[]> {
  const rows: Row[] = []
  for (;;) {
    const from = rows.length ? { id: { $gt: rows.at(-1)!.id } } : {}
    const page = { ...query, ...from, $sort: { id: 1 }, $limit: PAGE, $total: false }
    const { data } = await ask(service.find({ query: page }))
    rows.push(...data)
    if (data.length < PAGE) return rows
  }
}

const inOrder = <Row extends { id: string }>(rows: Row[]): Row[] =>
  [...new Map(rows.map((row) => [row.id, row])).values()].sort((a, b) => (byId(a) < byId(b) ? -1 : 1))
