import { randomBytes } from 'node:crypto'
import { forkWorktree, snapshot } from '@yardmaster/git'
import { type Repo, rank, type Session, type Worktree, YardmasterError } from '@yardmaster/protocol'
import { loadRepo, loadWorktree, type Tx } from '@yardmaster/store'
import type { CallParams } from '../../hooks/context.js'
import type { App, Yard } from '../../yard.js'
import { userOf } from '../user-of.js'
import { forRefs, inWorktree } from '../worktrees/in-worktree.js'
import { makeWorktree } from '../worktrees/make-worktree.js'
import { onThisHost } from '../worktrees/on-this-host.js'

/** Where a session that comes from another shall work. */
export interface NewPlace {
  worktree: 'same' | 'new'
  /** Of a new worktree and its branch. */
  name?: string | undefined
  /** What stands in a name that is made up. */
  label: string
  /** The snapshot that a new worktree begins with; null: the source's files as they are now. */
  snapshot: string | null
}

/**
 * Does `make` in the source's worktree, or in a new one with the source's files: in one transaction with its row.
 *
 * @throws FORBIDDEN without `session` in the worktree, or for a new one on its repo; OTHER_HOST for one that another
 *   host holds; WORKTREE_GONE and what else git throws
 */
export async function inPlace<T>(
  app: App,
  yard: Yard,
  source: Session,
  { principal, target }: CallParams,
  { worktree, name, label, snapshot: taken }: NewPlace,
  make: (tx: Tx, worktree_id: string) => Promise<T>,
): Promise<T> {
  if (worktree === 'same') {
    if (name !== undefined) throw new YardmasterError('INVALID', 'A name goes with a new worktree.')
    requireSession(target?.level)
    return yard.db.transaction((tx) => make(tx, source.worktree_id))
  }
  const from = (await loadWorktree(yard.db, source.worktree_id, principal)).row as unknown as Worktree
  const repo = await loadRepo(yard.db, from.repo_id, principal)
  requireSession(repo.level)
  onThisHost(yard, from)
  const to = name ?? `${from.name.slice(0, 40)}-${label}-${randomBytes(3).toString('hex')}`
  const { path: repo_path } = repo.row as unknown as Repo
  const { worktree: row, result } = await makeWorktree(
    yard,
    {
      repo: repo.row as unknown as Repo,
      name: to,
      user_id: userOf(principal) as string,
      checkOut: async (path) => {
        const now = () => inWorktree(yard, { path: from.path, repo_path }, () => snapshot({ cwd: from.path }))
        const commit = taken ?? (await now()).snapshot
        const enclosure = forRefs(yard, repo_path)
        const made = await forkWorktree({ repo: repo_path, path, branch: to, snapshot: commit, enclosure })
        // Its work leads where the source's leads, and began where that began.
        return { ...made, target_branch: from.target_branch, base_sha: from.base_sha }
      },
    },
    async (tx, row) => ({ worktree: row, result: await make(tx, row.id) }),
  )
  const event = { path: 'worktrees', event: 'created', app }
  ;(app.service('worktrees') as unknown as NodeJS.EventEmitter).emit('created', row, event)
  return result
}

function requireSession(level: Parameters<typeof rank>[0] | undefined): void {
  if (!level || rank(level) < rank('session')) throw new YardmasterError('FORBIDDEN')
}
