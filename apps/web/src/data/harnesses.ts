import type { Harness } from '@yardmaster/protocol'
import { useMemo } from 'react'
import { useAll } from './lists.js'

/**
 * The agents of all runtimes, or of one: those that can be used first. An agent that one runtime has and another has
 * not counts as one that can be used.
 */
export function useHarnesses(runtime_id?: string): Harness[] {
  const { data } = useAll('runtimes')
  return useMemo(() => {
    const found = new Map<string, Harness>()
    for (const { id, harnesses } of data ?? []) {
      if (runtime_id && id !== runtime_id) continue
      for (const harness of harnesses)
        if (!found.has(harness.id) || harness.problem === null) found.set(harness.id, harness)
    }
    return [...found.values()].sort((a, b) => Number(a.problem !== null) - Number(b.problem !== null))
  }, [data, runtime_id])
}
