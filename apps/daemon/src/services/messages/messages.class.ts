import { type ExecutorPrincipal, type Message, YardmasterError } from '@yardmaster/protocol'
import {
  type Attempt,
  createMessage,
  editMessage,
  type MessageChange,
  type NewMessage,
  patchMessage,
  removeMessage,
} from '@yardmaster/runtime'
import { presentMessage } from '@yardmaster/store'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { sessionScope } from '../../lists/scope.js'
import { emitTo, rooms } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'

interface Chunk {
  id: string
  block: number
  offset: number
  text: string
}

/** The transcript. */
export class Messages {
  constructor(
    private readonly yard: Yard,
    private readonly app: App,
  ) {}

  find({ principal, query = {} }: CallParams) {
    const scope = sessionScope(principal, 'x.session_id', query.session_id)
    // Of one session `seq` orders every row; of several, two may have the same.
    const order = typeof query.session_id === 'string' ? 'seq' : 'id'
    return list(this.yard.db, query, { table: 'messages', present: presentMessage, scope, order })
  }

  async get(_id: string, { target }: CallParams) {
    return rowOf(target)
  }

  create({ task_id, ...message }: NewMessage & { task_id?: string }, { principal }: CallParams) {
    const run = runOf(principal as ExecutorPrincipal)
    if (task_id !== undefined && task_id !== run.task_id) throw new YardmasterError('IMMUTABLE')
    return createMessage(this.yard.ledger, run, message)
  }

  patch(_id: string, change: MessageChange, { principal, target, guard }: CallParams) {
    const place = rowOf<Message>(target)
    return principal.kind === 'executor'
      ? patchMessage(this.yard.ledger, place, runOf(principal), change)
      : editMessage(this.yard.ledger, place, guard, change)
  }

  remove(_id: string, { target, guard }: CallParams) {
    return removeMessage(this.yard.ledger, rowOf<Message>(target), guard)
  }

  /** Text on its way to whoever watches now. A hint: the stored message makes up for a lost one. */
  async chunk({ id, ...growth }: Chunk, { target }: CallParams) {
    const { session_id } = rowOf<Message>(target)
    // No look at the access for each: those that the timer makes are enough.
    const telling = { rooms: [rooms.session(session_id)], version: 0, volatile: true }
    emitTo(this.app, telling, 'messages chunk', { message_id: id, ...growth })
    return {}
  }
}

const runOf = ({ task_id, session_id, attempt }: ExecutorPrincipal): Attempt => ({
  task_id,
  session_id,
  attempt,
})
