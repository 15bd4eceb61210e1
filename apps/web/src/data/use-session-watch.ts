import { type SessionView, type SessionWatch, type WatchState, watchSession } from '@yardmaster/client'
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from 'react'
import { useSignedIn } from './signed-in.js'

export interface Watched {
  state: WatchState
  view: SessionView | null
  error: unknown
  load_earlier: SessionWatch['load_earlier']
}

const nothing = () => () => undefined
const never = async () => undefined

/**
 * Tells once a frame what may come many times in one: drawn by the event, a page that takes longer than events are apart falls
 * behind by more with each (at 50 a second it was over a second late). Nobody draws for a page that is not seen, and it is told at once.
 */
const byFrame =
  (subscribe: SessionWatch['subscribe']): SessionWatch['subscribe'] =>
  (listener) => {
    let due = 0
    const tell = () => {
      due = 0
      listener()
    }
    const leave = subscribe(() => {
      if (document.hidden) listener()
      else due ||= requestAnimationFrame(tell)
    })
    return () => {
      cancelAnimationFrame(due)
      leave()
    }
  }

/**
 * Watches a session for as long as the component stands. A watch ends with its sign-in: the next one begins a new watch, and
 * until that has read the session, the last view stays.
 */
export function useSessionWatch(session_id: string): Watched {
  const { client, token } = useSignedIn()
  const [watch, setWatch] = useState<SessionWatch | null>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each sign-in has a watch of its own
  useEffect(() => {
    const begun = watchSession(client, session_id)
    setWatch(begun)
    return () => {
      setWatch(null)
      begun.close()
    }
  }, [client, token, session_id])
  const subscribe = useMemo(() => (watch ? byFrame(watch.subscribe) : nothing), [watch])
  const state = useSyncExternalStore(subscribe, () => watch?.state ?? 'catching_up')
  const view = useSyncExternalStore(subscribe, () => watch?.view ?? null)
  const last = useRef(view)
  last.current = view ?? last.current
  return { state, view: last.current, error: watch?.error, load_earlier: watch?.load_earlier ?? never }
}
