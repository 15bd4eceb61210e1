import type { SessionInfo } from '@yardmaster/protocol'
import { sessionStatus } from '../present/session-status.js'
import { statement } from '../statement.js'

/** What a session is and does, from stored rows alone, so that it is the same after any restart. */
export const sessionInfo = statement<[string], { info: SessionInfo }>(
  'session-info',
  `select jsonb_build_object(
     'id', s.id, 'status', ${sessionStatus('s')}, 'last_ending', s.last_ending, 'title', s.title,
     'harness', s.harness, 'model', s.model, 'mode', s.mode, 'permission_mode', s.permission_mode,
     'cwd', coalesce(s.work_dir, w.path), 'worktree_id', w.id,
     'runtime', jsonb_build_object('id', r.id, 'name', r.name, 'offline_since', r.offline_since),
     'node', s.node_id, 'agent_session_id', s.agent_session_id,
     'can_resume', coalesce(a.state = 'usable' and s.agent_session_runtime_id = s.runtime_id, false),
     'has_session_error', session_has_error(s),
     'executing_task_id', s.executing_task_id, 'held_by_task_id', s.held_by_task_id,
     'queued', (select count(*) from tasks t where t.session_id = s.id and t.status = 'queued'),
     'pending_requests', (select count(*) from permission_requests p
        where p.task_id = s.executing_task_id and p.status = 'pending'),
     'last_seq', s.last_seq, 'created_by', s.created_by, 'created_at', s.created_at,
     'last_activity_at', s.last_activity_at) as info
   from sessions s join worktrees w on w.id = s.worktree_id join runtimes r on r.id = s.runtime_id
   left join agent_sessions a on a.session_id = s.id and a.agent_session_id = s.agent_session_id
     and a.runtime_id = s.agent_session_runtime_id
   where s.id = $1`,
)
