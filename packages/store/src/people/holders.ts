import { statement } from '../statement.js'

/**
 * Who may go: a worktree that has an owner keeps one, and there is always an admin. An owner is somebody who can act as
 * one: not disabled, no viewer, with the level `owner` on the worktree itself, by a grant or as a member of a team.
 * Owners of its repo do not count, since they can change without the worktree noticing.
 */
const owned = (worktree: string): string => `exists (
  select from grants g join users u
    on u.id = g.user_id
    or g.team_id is not null and exists (select from team_members m where m.team_id = g.team_id and m.user_id = u.id)
  where g.worktree_id = ${worktree} and g.level = 'owner' and u.disabled_at is null and u.role <> 'viewer')`

/**
 * Makes changes that may take an owner or an admin away go one after the other, until the transaction ends. They are
 * rare, and one lock for all of them lets nobody slip through between two that look at different rows: one who disables
 * a user, and one who takes the grant of the other owner.
 */
export const lockHolders = statement<[], never>(
  'lock-holders',
  "select pg_advisory_xact_lock(hashtext('yardmaster'), hashtext('owners and admins'))",
)

/** Worktrees that have an owner by now and could lose it with a user, a team or a grant of the worktree's own. */
export const ownedThrough = statement<
  [user_id: string | null, team_id: string | null, worktree_id: string | null],
  { id: string }
>(
  'owned-through',
  `select w.id from worktrees w
   where w.id in (
     select g.worktree_id from grants g
     where g.level = 'owner' and (g.user_id = $1 or g.team_id = $2 or g.worktree_id = $3
       or g.team_id in (select m.team_id from team_members m where m.user_id = $1)))
     and ${owned('w.id')}`,
)

/** Those of the worktrees that are there and have no owner any more. */
export const ownerless = statement<[ids: string[]], { name: string }>(
  'ownerless',
  `select w.name from worktrees w where w.id = any($1) and not ${owned('w.id')} order by w.id`,
)

/** How many people are admins and can act as one: not those who were invited and have not come yet. */
export const countAdmins = statement<[], { count: number }>(
  'count-admins',
  `select count(*) from users u where u.role = 'admin' and u.disabled_at is null
     and not exists (select from invitations i where i.user_id = u.id)`,
)
