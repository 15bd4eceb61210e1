import type { Worktree } from '@yardmaster/protocol'
import { presentWorktree } from '../present/presenters.js'
import { statement } from '../statement.js'

/** Repeats the leave on the repo that creating one takes: it inserts nothing where that went meanwhile. */
export const insertWorktree = statement<
  [
    id: string,
    repo_id: string,
    runtime_id: string,
    name: string,
    branch: string,
    target_branch: string,
    path: string,
    base_sha: string,
    others_can: string,
    created_by: string,
  ],
  { wire: Worktree }
>(
  'insert-worktree',
  `insert into worktrees as w (id, repo_id, node_id, runtime_id, name, branch, target_branch, path, base_sha,
     others_can, created_by)
   select $1, $2, i.node_id, $3, $4, $5, $6, $7, $8, $9, $10 from installation i
   where repo_level($10, $2) >= 'session'
   returning ${presentWorktree('w')} as wire`,
)

/** `$3` says whether to change the archive's mark, `$4` to what. Repeats the caller's level. */
export const patchWorktree = statement<
  [
    id: string,
    name: string | null,
    touch: boolean,
    archived: boolean,
    others_can: string | null,
    user_id: string,
    level: string,
  ],
  { wire: Worktree }
>(
  'patch-worktree',
  `update worktrees w set name = coalesce($2, w.name), others_can = coalesce($5::level, w.others_can),
     archived_at = case when not $3 then w.archived_at when $4 then coalesce(w.archived_at, clock_timestamp()) end
   where w.id = $1 and access_level($6, w.id) >= $7::level
   returning ${presentWorktree('w')} as wire`,
)

export const deleteWorktree = statement<[id: string, user_id: string], { wire: Worktree }>(
  'delete-worktree',
  `delete from worktrees w where w.id = $1 and access_level($2, w.id) = 'owner'
     and not exists (select from sessions s where s.worktree_id = w.id and s.executing_task_id is not null)
   returning ${presentWorktree('w')} as wire`,
)

export const deleteSessionsOf = statement<[worktree_id: string], never>(
  'delete-sessions-of-worktree',
  'delete from sessions where worktree_id = $1',
)

/**
 * Before its sessions, as a claim does. No stronger than a claim's: who holds a session and begins another in the same
 * worktree would wait for this one's end, and this one for the session.
 */
export const lockWorktree = statement<[worktree_id: string], never>(
  'lock-worktree',
  'select from worktrees where id = $1 for no key update',
)

/** Sessions of a worktree, locked in their order; with those that execute, it can be neither removed nor archived. */
export const lockSessionsOf = statement<[worktree_id: string], { executing: boolean }>(
  'lock-sessions-of-worktree',
  `select executing_task_id is not null as executing from sessions where worktree_id = $1 order by id for update`,
)

/** Where the work of a session lies, for git. */
export const sessionPlace = statement<
  [session_id: string],
  { path: string; runtime_id: string; target_branch: string; base_sha: string; repo_path: string }
>(
  'session-place',
  `select w.path, w.runtime_id, w.target_branch, w.base_sha, r.path as repo_path
   from sessions s join worktrees w on w.id = s.worktree_id join repos r on r.id = w.repo_id where s.id = $1`,
)
