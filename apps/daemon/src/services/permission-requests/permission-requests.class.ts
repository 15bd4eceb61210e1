import { type ExecutorPrincipal, type PermissionRequest, YardmasterError } from '@yardmaster/protocol'
import { askPermission, decideRequest, type NewRequest, withdrawRequest } from '@yardmaster/runtime'
import { loadPermissionRequest, presentPermissionRequest } from '@yardmaster/store'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { sessionScope } from '../../lists/scope.js'
import type { App, Yard } from '../../yard.js'
import { userOf } from '../user-of.js'
import { checkAnswer, type Decision } from './check-answer.js'
import { Waiters } from './waiters.js'

/** What an agent asks leave for, and who gave it. */
export class PermissionRequests {
  // Not #waiters: Feathers calls methods on an object that it made from this one.
  private readonly waiters = new Waiters()

  constructor(private readonly yard: Yard) {}

  async setup(app: App) {
    const service = app.service('permission-requests') as unknown as NodeJS.EventEmitter
    const { siblings } = this.yard
    service.on('patched', ({ id }: PermissionRequest) => {
      this.waiters.tell(id)
      siblings.tell('decided', { request_id: id })
    })
    siblings.hear('decided', ({ request_id }) => this.waiters.tell(request_id))
  }

  find({ principal, query = {} }: CallParams) {
    const scope = sessionScope(principal, 'x.session_id', query.session_id)
    return list(this.yard.db, query, {
      table: 'permission_requests',
      present: presentPermissionRequest,
      scope,
    })
  }

  /** With `wait`, answers when the request is decided, or as it is after so many seconds. */
  async get(id: string, { target, query, principal }: CallParams) {
    const request = rowOf<PermissionRequest>(target)
    const seconds = (query as { wait?: number } | undefined)?.wait
    if (!seconds || request.status !== 'pending') return request
    await this.waiters.wait(id, seconds * 1000, async () => {
      const { row } = await loadPermissionRequest(this.yard.db, id, principal)
      return row?.status !== 'pending'
    })
    return (await loadPermissionRequest(this.yard.db, id, principal)).row
  }

  create({ task_id: named, ...request }: NewRequest & { task_id?: string }, { principal }: CallParams) {
    const { task_id, session_id, attempt } = principal as ExecutorPrincipal
    if (named !== undefined && named !== task_id) throw new YardmasterError('IMMUTABLE')
    return askPermission(this.yard.ledger, { task_id, session_id, attempt }, request)
  }

  patch(id: string, data: Decision | { status: 'cancelled' }, { principal, target, guard }: CallParams) {
    const request = rowOf<PermissionRequest>(target)
    if (principal.kind === 'executor') {
      const { task_id, session_id, attempt } = principal
      return withdrawRequest(this.yard.ledger, { task_id, session_id, attempt }, id)
    }
    const { option_id, content } = checkAnswer(request, data as Decision)
    return decideRequest(this.yard.ledger, request, guard, userOf(principal), option_id, content)
  }
}
