import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Client, putAttachment } from '@yardmaster/client'
import { usageError } from '../failures.js'

/** Puts files where a prompt takes them from. @returns their ids, in order @throws a usage error for one that cannot be read */
export async function attach(
  daemon: Client,
  session_id: string,
  files: readonly string[],
): Promise<string[]> {
  const ids: string[] = []
  for (const file of files) {
    const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
      throw usageError(`${file} cannot be read: ${error.code ?? error.message}.`)
    })
    ids.push((await putAttachment(daemon, session_id, basename(file), content)).id)
  }
  return ids
}
