import { join } from 'node:path'
import { type Worktree as Checkout, removeWorktree, validateName } from '@yardmaster/git'
import { type Repo, type Worktree, YardmasterError } from '@yardmaster/protocol'
import { insertWorktree, maybeRow, putGrant, type Tx } from '@yardmaster/store'
import { v7 } from 'uuid'
import type { Yard } from '../../yard.js'

export interface WorktreeToMake {
  repo: Repo
  name: string
  others_can?: string
  user_id: string
  /** Makes the directory. */
  checkOut(path: string): Promise<Checkout>
}

/**
 * Makes a worktree on the daemon's own runtime, below its home: the directory, then the row, whose creator owns it;
 * without the row, the directory goes again.
 *
 * @param then what else belongs into the transaction that stores the row
 * @throws FORBIDDEN without leave on the repo, and what git throws
 */
export async function makeWorktree<T>(
  yard: Yard,
  { repo, name, others_can = 'none', user_id, checkOut }: WorktreeToMake,
  then: (tx: Tx, worktree: Worktree) => Promise<T>,
): Promise<T> {
  validateName(name)
  const path = join(yard.settings.home, 'worktrees', repo.id, name)
  const made = await checkOut(path)
  try {
    return await yard.db.transaction(async (tx) => {
      const id = v7()
      const { branch, target_branch, base_sha } = made
      const row = maybeRow(
        await insertWorktree(
          tx,
          ...[id, repo.id, yard.runtime_id, name, branch, target_branch],
          ...[made.path, base_sha, others_can, user_id],
        ),
      )
      if (!row) throw new YardmasterError('FORBIDDEN')
      await putGrant(tx, v7(), null, id, user_id, null, 'owner', user_id)
      return then(tx, row.wire)
    })
  } catch (error) {
    await removeWorktree({ repo: repo.path, path, force: true })
    throw error
  }
}
