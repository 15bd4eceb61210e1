import { checkHiddenRef } from './names.js'
import { git, gitOrNull, only } from './run.js'
import { writeWorkingTree } from './working-tree.js'

export interface Snapshot {
  /** HEAD's commit; all zeros, as git itself says it, on a branch that has no commit yet. */
  sha: string
  /** The branch checked out; null if HEAD is detached. */
  branch: string | null
  /** Whether the files, untracked ones included, differ from HEAD's. */
  dirty: boolean
  /** The tree of all files. */
  tree: string
  /** The commit of that tree, a child of HEAD. */
  snapshot: string
}

/**
 * Records what a worktree holds, untracked files included and ignored ones not, as a commit that no
 * branch knows of. Neither the index nor any file is touched, nothing is signed, no hook or filter runs.
 *
 * @param cwd the top level of the worktree
 * @param ref keeps the commit, below `refs/yardmaster/`; without one git may collect it after two weeks
 * @throws GitError WORKTREE_GONE, GIT_FAILED
 */
export async function snapshot({ cwd, ref }: { cwd: string; ref?: string }): Promise<Snapshot> {
  if (ref !== undefined) checkHiddenRef(ref)
  return writeWorkingTree(cwd, { keep: true }, async ({ tree, env }) => {
    const asked = { cwd, env }
    const head = await gitOrNull(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], asked)
    const branch = await gitOrNull(['symbolic-ref', '--quiet', 'HEAD'], asked)
    const parent = head === null ? [] : ['-p', head]
    const commit = await git(['commit-tree', tree, ...parent, '-m', 'Snapshot of the working tree'], asked)
    if (ref !== undefined) await git(['update-ref', ref, commit], asked)
    return {
      sha: head ?? '0'.repeat(tree.length),
      branch: branch?.replace(/^refs\/heads\//, '') ?? null,
      dirty: tree !== (await treeOf(cwd, head)),
      tree,
      snapshot: commit,
    }
  })
}

function treeOf(cwd: string, head: string | null): Promise<string> {
  const asked = { cwd, env: only(cwd) }
  return head === null
    ? git(['hash-object', '-t', 'tree', '--stdin'], { ...asked, input: '' })
    : git(['rev-parse', '--verify', `${head}^{tree}`], asked)
}
