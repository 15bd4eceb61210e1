import type { Session } from '@yardmaster/protocol'
import { type Need, needs } from '../../ui/words.js'

/** What decides what a session wants of whoever looks. */
export interface Looking {
  me: string
  /** How far I have looked into it; undefined: never. */
  seen_seq: number | undefined
}

type About = Pick<Session, 'status' | 'last_ending' | 'held_by_task_id' | 'created_by' | 'last_seq'>

/**
 * One's own sessions, and those that one has looked into. What others do elsewhere is to be seen, and no news.
 */
export const follows = ({ created_by }: Pick<Session, 'created_by'>, { me, seen_seq }: Looking): boolean =>
  created_by === me || seen_seq !== undefined

/** Whether anything was logged since I last looked. */
export const isNews = (session: About, looking: Looking): boolean =>
  follows(session, looking) && session.last_seq > (looking.seen_seq ?? 0)

/** What a session wants. An agent that asks waits for whoever may answer, followed or not. */
export function needOf(session: About, looking: Looking): Need {
  const { status, last_ending, held_by_task_id } = session
  if (status === 'awaiting_permission') return 'asks'
  if (status === 'running' || status === 'stopping') return 'running'
  const news = isNews(session, looking)
  const badly = last_ending === 'failed' || last_ending === 'timed_out'
  if (status !== 'archived' && news && badly) return 'failed'
  if (status === 'disconnected') return 'running'
  if (held_by_task_id !== null && status === 'queued') return 'held'
  if (status === 'queued') return 'running'
  return news && status === 'idle' && last_ending !== null ? 'finished' : 'quiet'
}

/** Those that wait for a person. */
export const waits = (need: Need): boolean => need !== 'running' && need !== 'quiet'

/** The sessions by what they want, the most urgent first; among equals the one that waits longest, or moved last. */
export function sortByNeed<Row extends About & Pick<Session, 'last_activity_at' | 'id'>>(
  sessions: readonly Row[],
  lookingAt: (session: Row) => Looking,
): { need: Need; sessions: Row[] }[] {
  const groups = new Map<Need, Row[]>(needs.map((need) => [need, []]))
  for (const session of sessions) groups.get(needOf(session, lookingAt(session)))?.push(session)
  const byTime = (a: Row, b: Row) =>
    a.last_activity_at.localeCompare(b.last_activity_at) || a.id.localeCompare(b.id)
  return [...groups]
    .filter(([, rows]) => rows.length > 0)
    .map(([need, rows]) => ({ need, sessions: rows.sort(need === 'asks' ? byTime : (a, b) => byTime(b, a)) }))
}
