import type { Assignment } from '@yardmaster/protocol'
import { statement } from '@yardmaster/store'

export type Claimed = Omit<Assignment, 'token'> & { nonce: string }

/** Everything a run needs, of tasks that were just claimed. */
export const describeClaims = statement<[string[]], Claimed>(
  'describe-claims',
  `select t.nonce,
     jsonb_build_object('id', t.id, 'attempt', t.attempt, 'prompt', t.prompt, 'created_by', t.created_by) as task,
     jsonb_build_object('id', s.id, 'harness', s.harness, 'permission_mode', s.permission_mode,
       'model', s.model, 'mode', s.mode, 'config', s.config) as session,
     jsonb_build_object('id', w.id, 'path', w.path, 'branch', w.branch, 'repo_path', r.path) as worktree,
     t.resume_decision - 'dropped' as resume
   from tasks t join sessions s on s.id = t.session_id join worktrees w on w.id = t.worktree_id
   join repos r on r.id = w.repo_id
   where t.id = any($1) order by t.created_at, t.id`,
)
