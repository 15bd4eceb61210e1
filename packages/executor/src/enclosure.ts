import { type Enclosure, enclose, noIsolation } from '@yardmaster/processes'
import type { ExecutorOrder } from '@yardmaster/protocol'

/** Makes the run's enclosure when it is first asked for, and hands out the same ever after. */
export function enclosureOf(order: ExecutorOrder): () => Promise<Enclosure> {
  let made: Promise<Enclosure> | null = null
  return () => {
    made ??= make(order)
    return made
  }
}

async function make({ shut_in, worktree }: ExecutorOrder): Promise<Enclosure> {
  if (!shut_in) return enclose(noIsolation, {})
  const { home, read, write } = shut_in
  const enclosure = await enclose(shut_in, { worktree, write: [home, ...write], read })
  await enclosure.settle()
  return enclosure
}
