import { constants, mkdir, mkdtemp, open, rm, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { GitError } from './errors.js'
import { ownersFilters } from './filters.js'
import { checkAbsolute } from './names.js'
import { git, only } from './run.js'
import { shown } from './text.js'
import { alongside, handOver } from './within.js'

/** Milliseconds for reading a working tree whose files are all new. */
const TIMEOUT = 300_000

/** A working tree written as a git tree: its sha, and the environment in which git finds it. */
export interface WrittenTree {
  tree: string
  env: Record<string, string>
}

/**
 * Writes all files of a worktree, untracked ones included and ignored ones not, as a tree, and hands it to
 * `use`. An index of its own, begun as a copy of the user's, leaves theirs as it is (what is staged stays
 * so) and spares unchanged files the reading. With `keep: false` the objects go where they vanish after
 * `use`: a diff that is only looked at leaves nothing in the repository.
 *
 * A repository inside the worktree counts by its checked-out commit, and is left out while it has none. A
 * file that cannot be read counts as it was last known.
 *
 * @param cwd the top level of the worktree
 * @throws GitError WORKTREE_GONE, GIT_FAILED
 */
export async function writeWorkingTree<T>(
  cwd: string,
  { keep }: { keep: boolean },
  use: (written: WrittenTree) => Promise<T>,
): Promise<T> {
  checkAbsolute(cwd)
  const index = await gitPath(cwd, 'index')
  const scratch = await mkdtemp(join(tmpdir(), 'yardmaster-git-'))
  try {
    await handOver(scratch)
    return await alongside(scratch, async () => {
      const env = { ...only(cwd), ...(keep ? {} : await vanishingObjects(cwd, scratch)) }
      const own = { ...env, GIT_INDEX_FILE: join(scratch, 'index') }
      await copyIndex(index, own.GIT_INDEX_FILE)
      // For `write-tree` too: it looks at files as young as the index once more, through their filters.
      const writing = await ownersFilters(cwd, own)
      await addAll(cwd, writing)
      return use({ tree: await git(['write-tree'], { cwd, env: writing, timeout: TIMEOUT }), env })
    })
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/**
 * With its time: git takes a file as old as the index for one that may have changed since, and looks at
 * it. To a younger index, a change of the same length within the same second is invisible.
 */
async function copyIndex(index: string, to: string): Promise<void> {
  // Read by us and outside of any enclosure, so a link in its place is not followed, and a pipe not waited for.
  const file = await open(index, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    (error: NodeJS.ErrnoException) => {
      // No index yet: nothing was ever added.
      if (error.code === 'ENOENT') return null
      throw error
    },
  )
  if (!file) return
  try {
    const found = await file.stat()
    if (!found.isFile()) throw new GitError('GIT_FAILED', 'The index of the worktree is no file.')
    await writeFile(to, await file.readFile())
    await handOver(to)
    const time = Math.floor(found.mtimeMs / 1000)
    await utimes(to, time, time)
  } finally {
    await file.close()
  }
}

async function addAll(cwd: string, env: Record<string, string>): Promise<void> {
  await git(['add', '--all', '--ignore-errors'], { cwd, env, timeout: TIMEOUT }).catch((error) => {
    // 1: some file could not be added and the rest was. A snapshot without it beats none at all.
    if (!(error instanceof GitError && error.exit === 1)) throw error
  })
}

async function vanishingObjects(cwd: string, scratch: string): Promise<Record<string, string>> {
  const [objects, own] = [await gitPath(cwd, 'objects'), join(scratch, 'objects')]
  await mkdir(own)
  await handOver(own)
  return {
    GIT_OBJECT_DIRECTORY: own,
    // A quoted path may hold the separator.
    GIT_ALTERNATE_OBJECT_DIRECTORIES: `"${objects.replace(/["\\]/g, '\\$&')}"`,
  }
}

async function gitPath(cwd: string, name: string): Promise<string> {
  const path = await git(['rev-parse', '--git-path', name], { cwd, env: only(cwd) }).catch((error) => {
    if (!(error instanceof GitError) || error.code === 'GIT_MISSING') throw error
    throw new GitError('WORKTREE_GONE', `There is no git worktree at ${shown(cwd)} any more; make it anew.`)
  })
  return resolve(cwd, path)
}
