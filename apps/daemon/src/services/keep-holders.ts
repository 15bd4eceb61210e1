import { YardmasterError } from '@yardmaster/protocol'
import { countAdmins, lockHolders, onlyRow, ownedThrough, ownerless, type Tx } from '@yardmaster/store'

/** Whose going could leave a worktree without an owner: a user, a team, or a grant of one worktree. */
export interface Going {
  user_id?: string
  team_id?: string
  worktree_id?: string
}

/**
 * Does `work`, and refuses it where it leaves a worktree without an owner that had one, or nobody as admin. Every
 * change that can take one away comes through here: of grants, of users, of teams and of who is in them.
 *
 * @param work runs when no other such change is under way
 * @throws LAST_OWNER, LAST_ADMIN; nothing is written then
 */
export async function keepHolders<T>(
  tx: Tx,
  { user_id = null, team_id = null, worktree_id = null }: { [Key in keyof Going]: Going[Key] | null },
  work: () => Promise<T>,
): Promise<T> {
  await lockHolders(tx)
  const owned = await ownedThrough(tx, user_id, team_id, worktree_id)
  const result = await work()
  if (owned.length > 0) {
    const ids = owned.map(({ id }) => id)
    const [lost] = await ownerless(tx, ids)
    if (lost)
      throw new YardmasterError(
        'LAST_OWNER',
        `The worktree ${lost.name} would have no owner left; make somebody else owner of it first.`,
      )
  }
  if (user_id && onlyRow(await countAdmins(tx)).count === 0) throw new YardmasterError('LAST_ADMIN')
  return result
}
