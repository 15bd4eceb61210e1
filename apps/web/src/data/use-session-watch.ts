import { type SessionView, type SessionWatch, type WatchState, watchSession } from '@yardmaster/client'
import { useEffect, useRef, useState, useSyncExternalStore } from 'react'
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
  const subscribe = watch?.subscribe ?? nothing
  const state = useSyncExternalStore(subscribe, () => watch?.state ?? 'catching_up')
  const view = useSyncExternalStore(subscribe, () => watch?.view ?? null)
  const last = useRef(view)
  last.current = view ?? last.current
  return { state, view: last.current, error: watch?.error, load_earlier: watch?.load_earlier ?? never }
}
