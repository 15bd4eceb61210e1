import type { Session } from '@yardmaster/protocol'
import { useMemo } from 'react'
import { listKey, mostRows, useList } from '../../data/lists.js'
import { useMe } from '../../data/signed-in.js'
import type { Need } from '../../ui/words.js'
import { isNews, type Looking, sortByNeed, waits } from './needs.js'
import { useSeen } from './use-seen.js'

const newestFirst = { $sort: { last_activity_at: -1 }, $total: false, $limit: mostRows, archived_at: null }
const atWork = {
  status: { $in: ['awaiting_permission', 'running', 'stopping', 'queued', 'disconnected'] },
  ...newestFirst,
}

/** Where the two lists of {@link useNeeds} are kept. */
export const needsKeys = [listKey('sessions', atWork), listKey('sessions', newestFirst)]

export interface NeedGroup {
  need: Need
  sessions: Session[]
}

/**
 * Sessions by what they want of me: all that are at work or wait (200 at most), and the 200 that moved last. Older ones
 * are in the table of all.
 */
export function useNeeds() {
  const { id: me } = useMe()
  const working = useList('sessions', atWork)
  const recent = useList('sessions', newestFirst)
  const sessions = useMemo(
    () => [
      ...new Map(
        [...(recent.data?.data ?? []), ...(working.data?.data ?? [])].map((row) => [row.id, row]),
      ).values(),
    ],
    [recent.data, working.data],
  )
  const seen = useSeen(sessions)
  const groups: NeedGroup[] = useMemo(() => {
    const lookingAt = ({ id }: { id: string }): Looking => ({ me, seen_seq: seen.get(id) })
    return sortByNeed(sessions, lookingAt)
  }, [sessions, seen, me])
  const news = (session: Session): boolean => isNews(session, { me, seen_seq: seen.get(session.id) })
  return {
    groups,
    news,
    isPending: working.isPending || recent.isPending,
    error: working.error ?? recent.error,
    refetch: () => Promise.all([working.refetch(), recent.refetch()]),
  }
}

/** How many sessions wait for a person. */
export const waitingIn = (groups: readonly NeedGroup[]): number =>
  groups.reduce((sum, { need, sessions }) => sum + (waits(need) ? sessions.length : 0), 0)
