import { resolve } from '../revisions.js'
import { gitStream, only } from '../run.js'
import { writeWorkingTree } from '../working-tree.js'
import type { ChangedFile } from './changes.js'
import { changesBetween, diffTree } from './diff-tree.js'
import { splitPatches } from './patches.js'

export interface FileDiff extends ChangedFile {
  /** The unified diff with its header; null for a binary file, and for one that the limits left out. */
  patch: string | null
  binary: boolean
  /** The patch is cut off, or left out. */
  truncated: boolean
}

export interface WorktreeDiff {
  /** Sha of the commit, or of the tree where there is no commit: the working tree's is not kept. */
  from: string
  to: string
  files: FileDiff[]
  /** A patch is cut off or left out, or files are missing at the end. */
  truncated: boolean
}

export interface DiffRange {
  /** The top level of the worktree. */
  cwd: string
  from: string
  /** By default the working tree, untracked files included and ignored ones not. */
  to?: string
  /** Bytes of one patch; 200 000 by default. */
  max_bytes_per_file?: number
  /** 1000 by default. */
  max_files?: number
  /** Bytes of all patches; 10 million by default. */
  max_bytes?: number
}

/**
 * The patches, file by file, between two commits or trees, or from one to what is in the worktree now.
 * Leaves nothing in the repository.
 *
 * @throws GitError BASE_NOT_FOUND, WORKTREE_GONE, GIT_FAILED
 */
export async function worktreeDiff(range: DiffRange): Promise<WorktreeDiff> {
  const { cwd } = range
  if (range.to !== undefined) return diff(range, await resolve(cwd, range.to), only(cwd))
  return writeWorkingTree(cwd, { keep: false }, ({ tree, env }) => diff(range, tree, env))
}

async function diff(range: DiffRange, to: string, env: Record<string, string>): Promise<WorktreeDiff> {
  const { cwd, max_files = 1000 } = range
  const from = await resolve(cwd, range.from)
  const changes = await changesBetween(cwd, from, to, env)
  const shown = changes.slice(0, max_files)
  const files = await withPatches(range, shown, gitStream(diffTree(from, to, '--patch'), { cwd, env }))
  return { from, to, files, truncated: changes.length > max_files || files.some((file) => file.truncated) }
}

async function withPatches(
  { max_bytes_per_file = 200_000, max_bytes = 10_000_000 }: DiffRange,
  changes: ChangedFile[],
  output: AsyncGenerator<Buffer>,
): Promise<FileDiff[]> {
  const patches = splitPatches(output, max_bytes_per_file)
  let room = max_bytes
  const files: FileDiff[] = []
  try {
    for (const change of changes) {
      let text = ''
      let truncated = false
      // git shows a file that became a link, or the reverse, as deleted and added.
      for (let parts = change.status === 'typechange' ? 2 : 1; parts > 0; parts--) {
        const { value } = await patches.next()
        text += value?.text ?? ''
        truncated ||= value?.truncated ?? true
      }
      const binary = change.added === null
      const size = Buffer.byteLength(text)
      const left_out = !binary && size > room
      if (!binary && !left_out) room -= size
      files.push({
        ...change,
        patch: binary || left_out ? null : text,
        binary,
        truncated: left_out || (!binary && truncated),
      })
    }
  } finally {
    await patches.return(undefined)
    await output.return(undefined)
  }
  return files
}
