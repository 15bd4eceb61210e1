import { chmod, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AttachmentRef, ExecutorOrder } from '@yardmaster/protocol'

/**
 * Makes the directory for files that the harness is told of by their path. It lies below one that is this user's alone;
 * shut in, the harness is shown it read-only, and may be somebody else there: hence the rights.
 */
export async function makePlace({ attachments_dir }: ExecutorOrder): Promise<void> {
  await mkdir(attachments_dir, { recursive: true })
  await chmod(attachments_dir, 0o755)
}

/** Writes one of them. @param number sets it apart from others of its name @returns its `file:` uri */
export async function writeAttachment(
  { attachments_dir }: ExecutorOrder,
  { name }: AttachmentRef,
  number: number,
  content: Uint8Array,
): Promise<string> {
  // What people call their files goes into prompts and shells: the name is theirs, as far as it is harmless.
  const harmless = name
    .replace(/[^\p{L}\p{N}._-]/gu, '_')
    .replace(/^[.-]+/, '_')
    .slice(-100)
  const path = join(attachments_dir, `${number}-${harmless}`)
  await writeFile(path, content, { flag: 'wx' })
  await chmod(path, 0o644)
  return pathToFileURL(path).href
}

export const removePlace = ({ attachments_dir }: ExecutorOrder): Promise<void> =>
  rm(attachments_dir, { recursive: true, force: true })
