import type { Assignment, Session, Task } from '@yardmaster/protocol'
import { presentSession, presentTask, statement } from '@yardmaster/store'

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

/** A task that was claimed, as it is presented, and what a run needs beside. */
export interface Assigned {
  nonce: string
  task: Task
  session: Session
  source_worktree_id: string | null
  held_by: string
  path: string
  branch: string
  repo_path: string
  identity: SealedIdentity | null
}

/**
 * SQL of what {@link Assigned} has beside the presented rows: columns, and the joins to task `t` that they are of.
 *
 * @param session what has the columns of its session
 */
export const assignedColumns = (
  session: string,
): string => `t.nonce, w.runtime_id as held_by, w.path, w.branch, r.path as repo_path,
     (select f.worktree_id from sessions f where f.id = ${session}.forked_from_session_id) as source_worktree_id,
     (select jsonb_build_object('user_id', u.id,
        'git', jsonb_build_object('name', coalesce(u.git_name, u.name), 'email', coalesce(u.git_email, u.email)),
        'entries', coalesce((
          select jsonb_agg(jsonb_build_object('name', e.name,
            'sealed', translate(encode(e.sealed, 'base64'), E'\\n', '')))
          from environment_entries e where e.user_id = u.id and u.disabled_at is null), '[]'))
      from users u where u.id = t.created_by) as identity`
export const assignedJoins = 'join worktrees w on w.id = t.worktree_id join repos r on r.id = w.repo_id'

/** Tasks that were claimed before. */
export const describeClaims = statement<[string[]], Assigned>(
  'describe-claims',
  `select ${assignedColumns('s')}, ${presentTask('t')} as task, ${presentSession('s')} as session
   from tasks t join sessions s on s.id = t.session_id ${assignedJoins} where t.id = any($1) order by t.created_at, t.id`,
)

/** Everything a run needs, of a task that was claimed. */
export function claimedOf({ nonce, task, session, identity, ...place }: Assigned): Claimed {
  const { dropped: _, ...resume } = task.resume_decision as Claimed['resume'] & { dropped?: unknown }
  return {
    nonce,
    identity,
    resume,
    task: {
      id: task.id,
      attempt: task.attempt,
      prompt: task.prompt,
      attachments: task.attachments,
      created_by: task.created_by,
    },
    session: {
      id: session.id,
      harness: session.harness,
      permission_mode: session.permission_mode,
      model: session.model,
      mode: session.mode,
      config: session.config,
      forked_from_session_id: session.forked_from_session_id,
      source_worktree_id: place.source_worktree_id,
    },
    worktree: {
      id: session.worktree_id,
      runtime_id: place.held_by,
      path: place.path,
      branch: place.branch,
      repo_path: place.repo_path,
    },
  }
}
