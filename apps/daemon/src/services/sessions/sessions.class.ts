import { type ExecutorPrincipal, type Session, YardmasterError } from '@yardmaster/protocol'
import {
  continueQueue,
  createSession,
  fixSessions,
  type Guard,
  hasSessionError,
  inSession,
  type NewPrompt,
  type NewSession,
  patchSession,
  prompt,
  removeSession,
  reportSession,
  type SessionChange,
  type SessionReport,
  stopTask,
} from '@yardmaster/runtime'
import { presentSession, sessionInfo, sessionStatus } from '@yardmaster/store'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { joined, type Sql } from '../../lists/conditions.js'
import { list } from '../../lists/list.js'
import { sessionScope } from '../../lists/scope.js'
import type { App, Yard } from '../../yard.js'
import { userOf } from '../user-of.js'
import { sessionDiff } from './diff.js'
import { family } from './family.js'
import { fork } from './fork.js'
import { spawn } from './spawn.js'

interface OnId {
  id: string
}

/** Sessions whose title holds a text, in whatever case. */
const titleHolds = (text: string): Sql => ({
  sql: 'strpos(lower(x.title), lower(?)) > 0',
  values: [text],
})

/** A conversation with an agent in a worktree. */
export class Sessions {
  private app: App | null = null

  constructor(private readonly yard: Yard) {}

  async setup(app: App) {
    this.app = app
  }

  find({ principal, query: { text, ...query } = {} }: CallParams) {
    const scope = sessionScope(principal, 'x.id', query.id)
    return list(this.yard.db, query, {
      table: 'sessions',
      present: presentSession,
      scope: text === undefined ? scope : joined([scope, titleHolds(text as string)], 'and'),
      derived: { status: sessionStatus('x') },
    })
  }

  async get(_id: string, { target }: CallParams) {
    return rowOf(target)
  }

  create(data: NewSession, { principal }: CallParams) {
    return createSession(this.yard.ledger, userOf(principal) as string, data)
  }

  patch(id: string, change: SessionChange, { guard }: CallParams) {
    return patchSession(this.yard.ledger, id, guard, change)
  }

  remove(id: string, { guard }: CallParams) {
    return removeSession(this.yard.ledger, id, guard)
  }

  prompt({ id, ...data }: NewPrompt & OnId, { principal, guard }: CallParams) {
    return prompt(this.yard.ledger, id, guard, userOf(principal), data)
  }

  stop({ id, task_id }: OnId & { task_id?: string }, { guard }: CallParams) {
    return stopTask(this.yard.ledger, id, guard, task_id)
  }

  async continue({ id }: OnId, { guard }: CallParams) {
    const session = await continueQueue(this.yard.ledger, id, guard)
    this.yard.wake((session as Session).runtime_id)
    return session
  }

  /** @throws FENCED when the executor's attempt does not hold the session any more */
  report({ id, ...report }: OnId & SessionReport, { principal }: CallParams) {
    const { task_id, attempt } = principal as ExecutorPrincipal
    const guard: Guard = {
      user_id: null,
      check({ executing_task_id, executing_attempt }) {
        if (executing_task_id !== task_id || executing_attempt !== attempt)
          throw new YardmasterError('FENCED')
      },
    }
    return inSession(this.yard.ledger, id, guard, 1, (session) => reportSession(session, report))
  }

  fork({ id: _, ...data }: OnId & Parameters<typeof fork>[2], params: CallParams) {
    return fork(this.app!, this.yard, data, params)
  }

  spawn({ id: _, ...data }: OnId & Parameters<typeof spawn>[2], params: CallParams) {
    return spawn(this.app!, this.yard, data, params)
  }

  family({ id }: OnId, { principal }: CallParams) {
    return family(this.yard, userOf(principal) as string, id)
  }

  async info({ id }: OnId) {
    return (await sessionInfo(this.yard.db, id))[0]?.info
  }

  async 'has-session-error'({ id }: OnId) {
    return { has_session_error: await hasSessionError(this.yard.db, id) }
  }

  'fix-sessions'({ id }: OnId, { guard }: CallParams) {
    return fixSessions(this.yard.ledger, id, guard)
  }

  diff({ id, task_id }: OnId & { task_id?: string }, { target }: CallParams) {
    return sessionDiff(this.yard, rowOf<Session>(target), id, task_id)
  }
}
