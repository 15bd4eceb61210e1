import { type SessionView, type SessionWatch, type WatchState, watchSession } from '@yardmaster/client'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useClient } from './signed-in.js'

export interface Watched {
  state: WatchState
  view: SessionView | null
  error: unknown
  load_earlier: SessionWatch['load_earlier']
}

const nothing = () => () => undefined
const never = async () => undefined

/** Watches a session for as long as the component stands. */
export function useSessionWatch(session_id: string): Watched {
  const client = useClient()
  const [watch, setWatch] = useState<SessionWatch | null>(null)
  useEffect(() => {
    const begun = watchSession(client, session_id)
    setWatch(begun)
    return () => {
      setWatch(null)
      begun.close()
    }
  }, [client, session_id])
  const subscribe = watch?.subscribe ?? nothing
  const state = useSyncExternalStore(subscribe, () => watch?.state ?? 'catching_up')
  const view = useSyncExternalStore(subscribe, () => watch?.view ?? null)
  return { state, view, error: watch?.error, load_earlier: watch?.load_earlier ?? never }
}
