import { connectRest, putAttachment } from '@yardmaster/client'
import { useState } from 'react'
import { type Chosen, taken } from './taken.js'

export interface ChosenFiles {
  files: readonly Chosen[]
  /** Why some were not taken, in words. */
  trouble: string | null
  add(files: Iterable<File>): void
  remove(key: number): void
  clear(): void
}

/** The files that go with the next prompt, until it is sent. They stay in the browser until then. */
export function useChosenFiles(): ChosenFiles {
  const [{ files, trouble }, set] = useState<{ files: Chosen[]; trouble: string | null }>({
    files: [],
    trouble: null,
  })
  return {
    files,
    trouble,
    add: (more) => set((now) => taken(now.files, [...more])),
    remove: (key) => set((now) => ({ files: now.files.filter((one) => one.key !== key), trouble: null })),
    clear: () => set({ files: [], trouble: null }),
  }
}

/**
 * Puts the files where a prompt takes them from.
 *
 * @returns their ids, in order
 * @throws what the daemon answers; those that it has by then are not sent again
 */
export async function upload(token: string, session_id: string, files: readonly Chosen[]): Promise<string[]> {
  // Over a socket a file would be one frame, and larger than what is taken.
  const client = connectRest(location.origin, token)
  const ids: string[] = []
  for (const one of files) {
    const content = new Uint8Array(await one.file.arrayBuffer())
    // A name with what no file has, from a clipboard, is not worth a refusal.
    const name = one.file.name.replace(/[\p{Cc}/\\]/gu, '_').slice(0, 200) || 'file'
    if (one.put?.session_id !== session_id)
      one.put = { id: (await putAttachment(client, session_id, name, content)).id, session_id }
    ids.push(one.put.id)
  }
  return ids
}
