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
import { joined, type Sql } from '../../lists/conditions.js'
import { list } from '../../lists/list.js'
import { sessionScope } from '../../lists/scope.js'
import { emitTo, rooms } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { search } from './search.js'

/**
 * The prompts of a session have an index of their own, `messages_prompts`: in a long one there are thousands of messages from one
 * to the next. Postgres finds that it serves where the type stands in the statement, and is no value of it.
 */
const prompts: Sql = { sql: `x.type = 'prompt'`, values: [] }

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

  find({ principal, query: { text, ...query } = {} }: CallParams) {
    if (typeof text === 'string') return search(this.yard.db, principal, text, query)
    const visible = sessionScope(principal, 'x.session_id', query.session_id)
    const scope = query.type === 'prompt' ? joined([visible, prompts], 'and') : visible
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

  async patch(_id: string, change: MessageChange, { principal, target, guard }: CallParams) {
    const { ledger } = this.yard
    const place = rowOf<Message>(target)
    if (principal.kind !== 'executor') return editMessage(ledger, place, guard, change)
    const patched = await patchMessage(ledger, place, runOf(principal), change)
    if (grew(patched as Message, change)) {
      const { id, session_id } = place
      hint(this.app, session_id, 'messages grown', { session_id, message_id: id })
    }
    return patched
  }

  remove(_id: string, { target, guard }: CallParams) {
    return removeMessage(this.yard.ledger, rowOf<Message>(target), guard)
  }

  /** Text on its way to whoever watches now. A hint: the stored message makes up for a lost one. */
  async chunk({ id, ...growth }: Chunk, { target }: CallParams) {
    hint(this.app, rowOf<Message>(target).session_id, 'messages chunk', { message_id: id, ...growth })
    return {}
  }
}

/** Chunks tell what texts grow by. Of anything else, like the output of a command, it is told that it did. */
const grew = ({ status }: Message, change: MessageChange): boolean =>
  status === 'streaming' &&
  change.status === 'streaming' &&
  (change.content ?? []).some((block) => (block as { type: string }).type !== 'text')

// No look at the access for each: those that the timer makes are enough.
const hint = (app: App, session_id: string, name: string, said: object): void =>
  emitTo(app, { rooms: [rooms.session(session_id)], version: 0, volatile: true }, name, said)

const runOf = ({ task_id, session_id, attempt }: ExecutorPrincipal): Attempt => ({
  task_id,
  session_id,
  attempt,
})
