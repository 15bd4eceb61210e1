import { type Enclosure, enclose, noIsolation } from '@yardmaster/processes'
import type { ExecutorOrder } from '@yardmaster/protocol'
import { makePlace } from './prompt/files.js'

/** Makes the run's enclosure when it is first asked for, and hands out the same ever after. */
export function enclosureOf(order: ExecutorOrder): () => Promise<Enclosure> {
  let made: Promise<Enclosure> | null = null
  return () => {
    made ??= make(order)
    return made
  }
}

async function make(order: ExecutorOrder): Promise<Enclosure> {
  const { shut_in, worktree, task, attachments_dir } = order
  if (!shut_in) return enclose(noIsolation, {})
  const { home, read, write } = shut_in
  const files = task.attachments.length > 0 ? [attachments_dir] : []
  // What is bound must be there; what is put into it later is seen inside.
  if (files.length > 0) await makePlace(order)
  const enclosure = await enclose(shut_in, {
    worktree,
    write: [home, ...write],
    read: [...read, ...files],
  })
  await enclosure.settle()
  return enclosure
}
