import { executingStatuses, type RuntimeLoad } from '@yardmaster/protocol'
import { statement } from '../statement.js'

const executing = executingStatuses.map((status) => `'${status}'`).join()

/** How much of each runtime is taken and waits for room, as far as the user may view the worktrees. */
export const runtimeLoad = statement<[user_id: string], { wire: RuntimeLoad }>(
  'runtime-load',
  `with seen as (select array(select visible_worktrees($1::uuid, 'view')) as ids)
   select jsonb_build_object('runtime_id', r.id, 'name', r.name, 'max_concurrent', r.max_concurrent,
     'running', (select count(*) from tasks t
       where t.runtime_id = r.id and t.status in (${executing}) and t.worktree_id = any(seen.ids)),
     'waiting', q.waiting, 'waits_since', q.since) as wire
   from seen, runtimes r, lateral (
     select count(distinct t.session_id) as waiting, min(t.created_at) as since
     from tasks t join sessions s on s.id = t.session_id
     where t.runtime_id = r.id and t.status = 'queued' and t.worktree_id = any(seen.ids)
       and s.executing_task_id is null and s.held_by_task_id is null and s.archived_at is null) q
   order by r.name, r.id`,
)
