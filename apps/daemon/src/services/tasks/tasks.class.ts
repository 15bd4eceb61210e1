import {
  isTerminal,
  type Task,
  type TaskExecutorPatch,
  type TaskRuntimePatch,
  YardmasterError,
} from '@yardmaster/protocol'
import {
  editTask,
  endTask,
  fixSessions,
  hasSessionError,
  noteTask,
  prompt,
  removeTask,
  startTask,
} from '@yardmaster/runtime'
import { presentTask } from '@yardmaster/store'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { sessionScope } from '../../lists/scope.js'
import type { Yard } from '../../yard.js'
import { userOf } from '../user-of.js'

interface NewTask {
  session_id: string
  prompt: string
}

/** One prompt and its run. */
export class Tasks {
  constructor(private readonly yard: Yard) {}

  find({ principal, query = {} }: CallParams) {
    const scope = sessionScope(principal, 'x.session_id', query.session_id)
    return list(this.yard.db, query, { table: 'tasks', present: presentTask, scope })
  }

  async get(_id: string, { target }: CallParams) {
    return rowOf(target)
  }

  create({ session_id, ...data }: NewTask, { principal, guard }: CallParams) {
    return prompt(this.yard.ledger, session_id, guard, userOf(principal), data)
  }

  patch(id: string, data: object, params: CallParams) {
    const task = rowOf<Task>(params.target)
    switch (params.principal.kind) {
      case 'executor':
        return this.report(task, params.principal.attempt, data as TaskExecutorPatch)
      case 'runtime': {
        const { attempt, status, ...report } = data as TaskRuntimePatch
        return endTask(
          this.yard.ledger,
          { task_id: id, session_id: task.session_id, attempt },
          status,
          report,
        )
      }
      default:
        return editTask(this.yard.ledger, task, params.guard, data)
    }
  }

  remove(_id: string, { target, guard }: CallParams) {
    return removeTask(this.yard.ledger, rowOf<Task>(target), guard)
  }

  /** As on the session, reached through one of its tasks. */
  async 'has-session-error'(_data: object, { target }: CallParams) {
    const { session_id } = rowOf<Task>(target)
    return { has_session_error: await hasSessionError(this.yard.db, session_id) }
  }

  /** As on the session, reached through one of its tasks. */
  'fix-sessions'(_data: object, { target, guard }: CallParams) {
    return fixSessions(this.yard.ledger, rowOf<Task>(target).session_id, guard)
  }

  private report({ id, session_id }: Task, attempt: number, { status, ...report }: TaskExecutorPatch) {
    const run = { task_id: id, session_id, attempt }
    if (status === undefined) return noteTask(this.yard.ledger, run, report)
    if (status === 'running') return startTask(this.yard.ledger, run, report, this.yard.limits.started)
    if (isTerminal(status)) return endTask(this.yard.ledger, run, status, report)
    throw new YardmasterError('INVALID_TRANSITION')
  }
}
