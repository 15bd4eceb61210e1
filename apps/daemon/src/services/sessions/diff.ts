import { mergeBase, worktreeDiff } from '@yardmaster/git'
import { type Session, type Task, YardmasterError } from '@yardmaster/protocol'
import { loadTask, sessionPlace } from '@yardmaster/store'
import type { Yard } from '../../yard.js'
import { inWorktree } from '../worktrees/in-worktree.js'
import { onThisHost } from '../worktrees/on-this-host.js'

const system = { kind: 'system', name: 'diff' } as const

/**
 * What the worktree holds against its merge-base with the target branch, uncommitted and untracked files included;
 * with a task, what that task changed, from its snapshots.
 *
 * @throws NOT_FOUND for a task of another session, OTHER_HOST, WORKTREE_GONE
 */
export async function sessionDiff(yard: Yard, session: Session, session_id: string, task_id?: string) {
  const [place] = await sessionPlace(yard.db, session_id)
  if (!place) throw new YardmasterError('NOT_FOUND')
  onThisHost(yard, place)
  if (!task_id) {
    const base = { cwd: place.path, branch: place.target_branch }
    return inWorktree(yard, place, async () => {
      const from = await mergeBase(base).catch(() => place.base_sha)
      return worktreeDiff({ cwd: place.path, from })
    })
  }
  const task = (await loadTask(yard.db, task_id, system)).row as unknown as Task | null
  if (!task || task.session_id !== session.id) throw new YardmasterError('NOT_FOUND')
  const from = task.git_state?.start?.snapshot
  const to = task.git_state?.end?.snapshot
  if (!from) return { from: null, to: null, files: [], truncated: false }
  return inWorktree(yard, place, () => worktreeDiff({ cwd: place.path, from, ...(to ? { to } : {}) }))
}
