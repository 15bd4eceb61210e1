import { isTerminal, type Session, type Task, YardmasterError } from '@yardmaster/protocol'
import { forkSession } from '@yardmaster/runtime'
import { loadTask, maybeRow, newestEnding } from '@yardmaster/store'
import { type CallParams, rowOf } from '../../hooks/context.js'
import type { App, Yard } from '../../yard.js'
import { userOf } from '../user-of.js'
import { inPlace } from './new-place.js'

interface ForkData {
  from_task_id?: string
  worktree?: 'same' | 'new'
  name?: string
}

const system = { kind: 'system', name: 'fork' } as const

/**
 * A session that begins where a task of this one ended; by default the newest, and where none has ended, with the files
 * as they are.
 *
 * @throws NOT_FOUND for a task of another session, NO_SNAPSHOT, and as `inPlace`
 */
export async function fork(app: App, yard: Yard, data: ForkData, params: CallParams): Promise<object> {
  const source = rowOf<Session>(params.target)
  const { worktree = 'new', name } = data
  const task = data.from_task_id
    ? await namedTask(yard, source, data.from_task_id)
    : maybeRow(await newestEnding(yard.db, source.id, worktree === 'new'))
  if (task && worktree === 'new' && !task.snapshot) throw new YardmasterError('NO_SNAPSHOT')
  const place = { worktree, name, label: 'fork', snapshot: task?.snapshot ?? null }
  return inPlace(app, yard, source, params, place, (tx, worktree_id) =>
    forkSession(yard.ledger, tx, userOf(params.principal) as string, source, worktree_id, task?.id ?? null),
  )
}

async function namedTask(yard: Yard, source: Session, id: string) {
  const task = (await loadTask(yard.db, id, system)).row as unknown as Task | null
  if (!task || task.session_id !== source.id) throw new YardmasterError('NOT_FOUND')
  if (!isTerminal(task.status)) throw new YardmasterError('NO_SNAPSHOT', 'That task has not ended yet.')
  return { id, snapshot: task.git_state?.end?.snapshot ?? null }
}
