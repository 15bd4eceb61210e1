import { useCallback, useEffect, useState } from 'react'
import { type LineComment, type LinePlace, placeKey } from './comments.js'

const longestQuote = 300

const keyOf = (session_id: string): string => `yardmaster.comments.${session_id}`

function kept(session_id: string): LineComment[] {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(session_id)) ?? '[]') as LineComment[]
  } catch {
    return []
  }
}

export interface Comments {
  all: readonly LineComment[]
  /** Begins one on a line that has none yet. */
  begin(place: LinePlace, text: string): void
  write(place: LinePlace, text: string): void
  drop(place: LinePlace): void
  clear(): void
}

/** The comments on a session's changes that are not sent yet, kept while one moves about and over a reload. */
export function useComments(session_id: string): Comments {
  const [all, set] = useState(() => kept(session_id))
  useEffect(() => {
    if (all.length > 0) sessionStorage.setItem(keyOf(session_id), JSON.stringify(all))
    else sessionStorage.removeItem(keyOf(session_id))
  }, [session_id, all])
  const begin = useCallback((place: LinePlace, line: string) => {
    const comment = { ...place, quote: line.slice(0, longestQuote), text: '' }
    set((now) => (now.some((one) => placeKey(one) === placeKey(place)) ? now : [...now, comment]))
  }, [])
  const write = useCallback(
    (place: LinePlace, text: string) =>
      set((now) => now.map((one) => (placeKey(one) === placeKey(place) ? { ...one, text } : one))),
    [],
  )
  const drop = useCallback(
    (place: LinePlace) => set((now) => now.filter((one) => placeKey(one) !== placeKey(place))),
    [],
  )
  const clear = useCallback(() => set([]), [])
  return { all, begin, write, drop, clear }
}
