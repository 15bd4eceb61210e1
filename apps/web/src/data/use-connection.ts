import { useSyncExternalStore } from 'react'
import { useClient } from './signed-in.js'

interface Connection {
  live: boolean
  /** When it was lost, in milliseconds since the epoch. */
  since: number | null
}

const states = new WeakMap<object, Connection>()

/** Whether the daemon is within reach, and since when it is not. */
export function useConnection(): Connection {
  const { socket } = useClient()
  return useSyncExternalStore(
    (listener) => {
      socket.on('connect', listener)
      socket.on('disconnect', listener)
      return () => {
        socket.off('connect', listener)
        socket.off('disconnect', listener)
      }
    },
    () => {
      const known = states.get(socket)
      if (known?.live === socket.connected) return known
      const state = { live: socket.connected, since: socket.connected ? null : Date.now() }
      states.set(socket, state)
      return state
    },
  )
}
