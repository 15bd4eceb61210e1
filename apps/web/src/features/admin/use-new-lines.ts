import { useEffect, useState } from 'react'
import { useClient } from '../../data/signed-in.js'

/**
 * How many lines were written since the log was read. They do not come in by themselves: what one reads would move away.
 *
 * @param read_at when it was, in milliseconds since the epoch
 */
export function useNewLines(read_at: number): number {
  const { socket } = useClient()
  const [count, setCount] = useState(0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: counting begins anew with each reading
  useEffect(() => {
    setCount(0)
    const heard = () => setCount((before) => before + 1)
    socket.on('audit created', heard)
    return () => {
      socket.off('audit created', heard)
    }
  }, [socket, read_at])
  return count
}
