import type { Notice, Session } from '@yardmaster/protocol'
import type { Need } from '../../ui/words.js'

/** What is told of, by what a session wants. */
const noticeOf: Partial<Record<Need, Notice>> = { asks: 'asks', failed: 'failed', finished: 'finished' }

export type Wanted = ReadonlyMap<string, Need>

/** What each session wants. */
export const wantedBy = (
  groups: readonly { need: Need; sessions: readonly Pick<Session, 'id'>[] }[],
): Wanted => new Map(groups.flatMap(({ need, sessions }) => sessions.map(({ id }) => [id, need] as const)))

/**
 * The sessions that want something they did not want before, of what one wants to be told.
 *
 * @param before null: nothing is known yet, and nothing is new
 */
export function newlyWanted(
  before: Wanted | null,
  now: Wanted,
  notify: readonly Notice[],
): { session_id: string; notice: Notice }[] {
  if (!before) return []
  return [...now].flatMap(([session_id, need]) => {
    const notice = noticeOf[need]
    const fresh = notice && before.get(session_id) !== need && notify.includes(notice)
    return fresh ? [{ session_id, notice }] : []
  })
}
