import { checkAbsolute } from './names.js'
import { gitStream, only } from './run.js'

/** Bytes of names that are read of one worktree. */
const MOST = 16_000_000

/**
 * The paths of a worktree's files, untracked ones included and ignored ones not, relative to its top. Beyond 16 MB of
 * names the rest is left out.
 *
 * @throws GitError WORKTREE_GONE, GIT_FAILED
 */
export async function listFiles(cwd: string): Promise<string[]> {
  checkAbsolute(cwd)
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate']
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of gitStream(args, { cwd, env: only(cwd) })) {
    chunks.push(chunk)
    size += chunk.length
    if (size > MOST) break
  }
  // The last one ends with a NUL, too, or was cut.
  return Buffer.concat(chunks).toString('utf8').split('\0').slice(0, -1)
}
