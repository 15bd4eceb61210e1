import { type GitEnclosure, GitError, within } from '@yardmaster/git'
import { enclose } from '@yardmaster/processes'
import type { Yard } from '../../yard.js'

/**
 * Does a work with git in a worktree where agents write: shut in as they are, and without network.
 *
 * @throws GitError WORKTREE_GONE, and what the work throws
 */
export async function inWorktree<T>(
  yard: Yard,
  worktree: { path: string; repo_path: string },
  work: () => Promise<T>,
): Promise<T> {
  const enclosure = await enclose(yard.isolation, { worktree }).catch((error: Error) => {
    throw new GitError('WORKTREE_GONE', `${error.message}; make it anew.`)
  })
  await enclosure.settle()
  return within(enclosure, work)
}

/** What git is shut in by while it makes a branch in a repository where agents work. */
export function forRefs(yard: Yard, repo_path: string): () => Promise<GitEnclosure> {
  return () => enclose(yard.isolation, { refs: repo_path })
}
