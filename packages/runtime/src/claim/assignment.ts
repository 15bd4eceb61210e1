import type { Assignment } from '@yardmaster/protocol'
import { statement } from '@yardmaster/store'

/** What the person who prompted gives to their runs, as it lies in the database. */
export interface SealedIdentity {
  user_id: string
  git: { name: string; email: string }
  /** `sealed` in base64. None of somebody who was disabled since. */
  entries: { name: string; sealed: string }[]
}

export type Claimed = Omit<Assignment, 'token' | 'identity'> & {
  nonce: string
  identity: SealedIdentity | null
}

/** SQL of everything a run needs of task `t`, beside the rows that {@link assignmentJoins} finds for it. */
export const assignment = `jsonb_build_object('nonce', t.nonce,
     'task', jsonb_build_object('id', t.id, 'attempt', t.attempt, 'prompt', t.prompt,
       'attachments', t.attachments, 'created_by', t.created_by),
     'session', jsonb_build_object('id', s.id, 'harness', s.harness, 'permission_mode', s.permission_mode,
       'model', s.model, 'mode', s.mode, 'config', s.config,
       'forked_from_session_id', s.forked_from_session_id,
       'source_worktree_id', (select f.worktree_id from sessions f where f.id = s.forked_from_session_id)),
     'worktree', jsonb_build_object('id', w.id, 'path', w.path, 'branch', w.branch, 'repo_path', r.path),
     'resume', t.resume_decision - 'dropped',
     'identity', (select jsonb_build_object('user_id', u.id,
        'git', jsonb_build_object('name', coalesce(u.git_name, u.name), 'email', coalesce(u.git_email, u.email)),
        'entries', coalesce((
          select jsonb_agg(jsonb_build_object('name', e.name,
            'sealed', translate(encode(e.sealed, 'base64'), E'\\n', '')))
          from environment_entries e where e.user_id = u.id and u.disabled_at is null), '[]'))
      from users u where u.id = t.created_by))`
export const assignmentJoins = `join sessions s on s.id = t.session_id join worktrees w on w.id = t.worktree_id
   join repos r on r.id = w.repo_id`

/** The same of tasks that were claimed before. */
export const describeClaims = statement<[string[]], { run: Claimed }>(
  'describe-claims',
  `select ${assignment} as run from tasks t ${assignmentJoins} where t.id = any($1) order by t.created_at, t.id`,
)
