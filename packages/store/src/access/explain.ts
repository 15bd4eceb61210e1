import type { PersonAccess } from '@yardmaster/protocol'
import { statement } from '../statement.js'

// The same grants that `granted_level` takes the highest of, told one by one.
const grants = `
  select 'grant' as kind, g.level, jsonb_build_object('grant_id', g.id,
      'on', case when g.worktree_id is null then 'repo' else 'worktree' end)
    || case when t.id is null then '{}'
       else jsonb_build_object('team', jsonb_build_object('id', t.id, 'name', t.name)) end as more
  from grants g left join teams t on t.id = g.team_id
  where (g.worktree_id = w.id or g.repo_id = w.repo_id)
    and (g.user_id = u.id or exists (select from team_members m where m.team_id = g.team_id and m.user_id = u.id))`

const reasons = `
  select 'role' as kind, 'view'::level as level, '{}'::jsonb as more where u.role = 'admin'
  union all select 'others_can', w.others_can, '{}' where w.others_can > 'none'
  union all ${grants}`

/**
 * Who may view a worktree, the highest level first, and what gives it to each of them; with a user, that one, whatever
 * their level. The level is the one that calls are decided by (`level_of`), and is not made of the reasons.
 */
export const worktreeAccess = statement<
  [worktree_id: string, user_id: string | null],
  { wire: PersonAccess }
>(
  'worktree-access',
  `select jsonb_build_object('user', jsonb_build_object('id', u.id, 'name', u.name), 'role', u.role,
     'disabled', u.disabled_at is not null, 'level', level_of(u, w), 'because', coalesce((
       select jsonb_agg(jsonb_build_object('kind', r.kind, 'level', r.level) || r.more order by r.level desc, r.kind)
       from (${reasons}) r), '[]')) as wire
   from worktrees w, users u
   where w.id = $1 and case when $2::uuid is null then level_of(u, w) > 'none' else u.id = $2 end
   order by level_of(u, w) desc, u.name, u.id`,
)
