import { useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { useClient } from '../../data/signed-in.js'

/** Milliseconds that something must have been on the page to count as seen. */
const looked = 800

/** Keeps how far I have looked into a session, as long as its page is really before me. */
export function useMarkSeen(session_id: string, last_seq: number | undefined): void {
  const client = useClient()
  const cache = useQueryClient()
  const told = useRef(0)
  useEffect(() => {
    if (last_seq === undefined || last_seq <= told.current) return
    const tell = () => {
      if (document.visibilityState !== 'visible') return
      told.current = last_seq
      client
        .service('session-views')
        .create({ session_id, seen_seq: last_seq })
        .then(() => cache.invalidateQueries({ queryKey: ['session-views'] }))
        // A hint that was lost is told again with what comes next.
        .catch(() => undefined)
    }
    const timer = setTimeout(tell, looked)
    document.addEventListener('visibilitychange', tell)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', tell)
    }
  }, [client, cache, session_id, last_seq])
}
