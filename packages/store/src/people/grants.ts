import type { Grant, Level } from '@yardmaster/protocol'
import { presentGrant } from '../present/presenters.js'
import { statement } from '../statement.js'

type Holder = [user_id: string | null, team_id: string | null]
type Place = [repo_id: string | null, worktree_id: string | null]

/** One grant per holder and place: giving it again sets the level. */
export const putGrant = statement<
  [id: string, ...Place, ...Holder, level: Level, created_by: string | null],
  { wire: Grant }
>(
  'put-grant',
  `insert into grants as g (id, repo_id, worktree_id, user_id, team_id, level, created_by)
   values ($1, $2, $3, $4, $5, $6, $7)
   on conflict on constraint grants_unique do update set level = excluded.level
   returning ${presentGrant('g')} as wire`,
)

export const patchGrant = statement<[id: string, level: Level], { wire: Grant }>(
  'patch-grant',
  `update grants g set level = $2 where g.id = $1 returning ${presentGrant('g')} as wire`,
)

export const deleteGrant = statement<[id: string], { wire: Grant }>(
  'delete-grant',
  `delete from grants g where g.id = $1 returning ${presentGrant('g')} as wire`,
)
