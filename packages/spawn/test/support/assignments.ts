import { randomUUID } from 'node:crypto'

/** An assignment for the fixture executor: what it is to do stands in the prompt. */
export function assignment(
  path: string,
  does: 'hang' | 'leave' | 'fail' | 'complete' | 'spool' | 'ignore TERM' | 'complete on TERM',
  task: { id?: string; attempt?: number } = {},
) {
  return {
    task: {
      id: task.id ?? randomUUID(),
      attempt: task.attempt ?? 1,
      prompt: does,
      attachments: [],
      created_by: null,
    },
    session: {
      id: randomUUID(),
      harness: 'shell',
      permission_mode: 'relay',
      model: null,
      mode: null,
      config: {},
      forked_from_session_id: null,
      source_worktree_id: null,
    },
    worktree: { id: randomUUID(), runtime_id: randomUUID(), path, branch: 'work', repo_path: path },
    resume: { agent_session_id: null, work_dir: null, reason: 'none' },
    identity: { git: null, env: {}, unreadable: [] as string[] },
    token: 'executor-token',
  }
}

export const runOf = ({ task }: ReturnType<typeof assignment>) => ({
  task_id: task.id,
  attempt: task.attempt,
})
