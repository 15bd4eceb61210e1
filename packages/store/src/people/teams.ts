import type { Team, TeamMember } from '@yardmaster/protocol'
import { presentTeam, presentTeamMember } from '../present/presenters.js'
import { statement } from '../statement.js'

/**
 * SQL of whether a user may know of a team, given what stands for both: admins of all, everybody of those they are in
 * and of those that hold a grant on something they may see.
 */
export const teamVisible = (team: string, user: string): string => `(
  exists (select from users v where v.id = ${user}::uuid and v.role = 'admin')
  or exists (select from team_members m where m.team_id = ${team} and m.user_id = ${user}::uuid)
  or exists (
    select from grants g where g.team_id = ${team}
      and case when g.repo_id is null then access_level(${user}::uuid, g.worktree_id)
               else repo_level(${user}::uuid, g.repo_id) end >= 'view'))`

export const insertTeam = statement<[id: string, name: string], { wire: Team }>(
  'insert-team',
  `insert into teams as t (id, name) values ($1, $2) returning ${presentTeam('t')} as wire`,
)

export const patchTeam = statement<[id: string, name: string], { wire: Team }>(
  'patch-team',
  `update teams t set name = $2 where t.id = $1 returning ${presentTeam('t')} as wire`,
)

/** Its members and its grants go with it. */
export const deleteTeam = statement<[id: string], { wire: Team }>(
  'delete-team',
  `delete from teams t where t.id = $1 returning ${presentTeam('t')} as wire`,
)

/** One who is in it already stays the row they are: the update changes nothing and lets it be answered. */
export const putTeamMember = statement<[id: string, team_id: string, user_id: string], { wire: TeamMember }>(
  'put-team-member',
  `insert into team_members as m (id, team_id, user_id) values ($1, $2, $3)
   on conflict (team_id, user_id) do update set user_id = excluded.user_id
   returning ${presentTeamMember('m')} as wire`,
)

export const deleteTeamMember = statement<[id: string], { wire: TeamMember }>(
  'delete-team-member',
  `delete from team_members m where m.id = $1 returning ${presentTeamMember('m')} as wire`,
)
