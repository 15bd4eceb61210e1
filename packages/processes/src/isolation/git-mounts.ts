import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { GitPlaces } from './git-places.js'
import { empty, type Mount, read, write } from './mounts.js'

/** What work in a worktree writes in the shared directory, by name. */
const shared = ['objects', 'refs', 'logs', 'reftable', 'lfs']

/** What making a branch writes there. */
const refs = ['refs', 'logs', 'reftable']

/**
 * The worktree and what git needs of its repository. The shared directory itself is an empty one with its entries
 * bound into it: git can make its lock files there, and nothing new (a `commondir` that leads elsewhere, say) gets
 * out. `config`, `hooks`, the main checkout's `HEAD` and `index` and other worktrees' records are read-only, and so is
 * `objects/info`, which could name object stores of others.
 */
export async function gitMounts({ worktree, common, own }: GitPlaces): Promise<Mount[]> {
  return [...(await sharedMounts(common, shared)), write(own), write(worktree)]
}

/** The same for a repository without a worktree, of which refs alone are written. */
export const refMounts = (common: string): Promise<Mount[]> => sharedMounts(common, refs)

async function sharedMounts(common: string, writable: readonly string[]): Promise<Mount[]> {
  const mounts = [empty(common, '0777')]
  for (const name of await readdir(common)) {
    const path = join(common, name)
    // What is no file and no directory would be followed to wherever it leads.
    const found = await lstat(path)
    if (found.isDirectory() && writable.includes(name)) mounts.push(write(path))
    else if (found.isDirectory() || found.isFile()) mounts.push(read(path))
  }
  return mounts
}

/** What may not change inside what may: who the worktree is. Its owner can still be set right before. */
export async function sealed({ worktree, common, own }: GitPlaces): Promise<Mount[]> {
  const paths = [
    join(common, 'objects', 'info'),
    join(own, 'gitdir'),
    join(own, 'commondir'),
    join(worktree, '.git'),
  ]
  const found = await Promise.all(paths.map((path) => lstat(path).catch(() => null)))
  return paths.filter((_, n) => found[n]?.isFile() || found[n]?.isDirectory()).map((path) => read(path))
}
