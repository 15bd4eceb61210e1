import { type Grant, type Level, YardmasterError } from '@yardmaster/protocol'
import {
  databaseError,
  deleteGrant,
  loadRepo,
  loadWorktree,
  maybeRow,
  onlyRow,
  patchGrant,
  presentGrant,
  putGrant,
  type Tx,
} from '@yardmaster/store'
import { v7 } from 'uuid'
import { askAgain } from '../../hooks/ask-again.js'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import type { Yard } from '../../yard.js'
import { keepHolders } from '../keep-holders.js'
import { userOf } from '../user-of.js'

interface NewGrant {
  repo_id?: string
  worktree_id?: string
  user_id?: string
  team_id?: string
  level: Level
}

/** Who was given which level, on a repo or on one worktree. */
export class Grants {
  constructor(private readonly yard: Yard) {}

  find({ principal, query = {} }: CallParams) {
    const user_id = userOf(principal)
    const scope = {
      sql: `(x.worktree_id = any(array(select visible_worktrees(?::uuid, 'view')))
             or x.repo_id is not null and repo_level(?::uuid, x.repo_id) >= 'view')`,
      values: [user_id, user_id],
    }
    return list(this.yard.db, query, { table: 'grants', present: presentGrant, scope })
  }

  async get(_id: string, { target }: CallParams) {
    return rowOf(target)
  }

  /** Giving a level again to the same holder on the same place sets it. @throws LAST_OWNER, UNKNOWN_REFERENCE */
  async create(data: NewGrant, params: CallParams) {
    const { repo_id = null, worktree_id = null, user_id = null, team_id = null, level } = data
    if (!repo_id === !worktree_id)
      throw new YardmasterError('INVALID', 'Give either a repo_id or a worktree_id.')
    if (!user_id === !team_id) throw new YardmasterError('INVALID', 'Give either a user_id or a team_id.')
    try {
      return await this.change(params, { repo_id, worktree_id }, async (tx) =>
        onlyRow(
          await putGrant(tx, v7(), repo_id, worktree_id, user_id, team_id, level, userOf(params.principal)),
        ),
      )
    } catch (error) {
      if (databaseError(error).kind === 'foreign_key') throw new YardmasterError('UNKNOWN_REFERENCE')
      throw error
    }
  }

  /** @throws LAST_OWNER */
  patch(id: string, { level }: { level: Level }, params: CallParams) {
    return this.change(params, rowOf<Grant>(params.target), async (tx) =>
      maybeRow(await patchGrant(tx, id, level)),
    )
  }

  /** @throws LAST_OWNER */
  remove(id: string, params: CallParams) {
    return this.change(params, rowOf<Grant>(params.target), async (tx) => maybeRow(await deleteGrant(tx, id)))
  }

  /** Asks again behind the lock, writes, and keeps the worktree an owner. */
  private change(
    params: CallParams,
    { repo_id, worktree_id }: Pick<Grant, 'repo_id' | 'worktree_id'>,
    write: (tx: Tx) => Promise<{ wire: Grant } | undefined>,
  ) {
    return this.yard.db.transaction((tx) =>
      keepHolders(tx, { worktree_id }, async () => {
        await askAgain(
          tx,
          params,
          worktree_id ? { load: loadWorktree, id: worktree_id } : { load: loadRepo, id: repo_id as string },
        )
        const row = await write(tx)
        if (!row) throw new YardmasterError('NOT_FOUND')
        return row.wire
      }),
    )
  }
}
