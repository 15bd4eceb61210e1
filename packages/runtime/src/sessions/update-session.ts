import { presentSession, statement } from '@yardmaster/store'
import type { HeldSession } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'

type Wire = { wire: object }

/** A change to the session's own row, told as `sessions patched`. */
const sessionStatement = <Args extends unknown[]>(name: string, assignments: string) =>
  statement<[number, string, ...Args], Wire>(
    name,
    logged(
      'sessions patched',
      `update sessions s set ${assignments} where s.id = $2 returning ${presentSession('s')} as wire`,
    ),
  )

const touch = sessionStatement<[]>('touch-session', 'last_activity_at = clock_timestamp()')
const hold = sessionStatement<[string | null]>('set-held-by', 'held_by_task_id = $3')
const setFence = sessionStatement<[string, number]>(
  'set-session-fence',
  'executing_task_id = $3, executing_attempt = $4',
)
const clearFence = sessionStatement<[string | null, string | null]>(
  'clear-session-fence',
  `executing_task_id = null, executing_attempt = null,
   last_ending = coalesce($3, s.last_ending), held_by_task_id = $4`,
)
const settle = sessionStatement<[string, string | null]>(
  'settle-session',
  'last_ending = $3, held_by_task_id = $4',
)
const report = sessionStatement<[unknown, unknown, unknown, unknown]>(
  'report-session',
  `plan = coalesce($3::jsonb, s.plan), commands = coalesce($4::jsonb, s.commands),
   offered = case when $5::jsonb is null then s.offered else coalesce(s.offered, '{}') || $5::jsonb end,
   usage = coalesce($6::jsonb, s.usage)`,
)

const patched = (session: HeldSession, write: Parameters<HeldSession['log']>[2]) =>
  session.log('sessions', 'patched', write) as Promise<object>

/** Tells that the session's status may have changed because one of its tasks did. */
export const touchSession = (session: HeldSession) => patched(session, touch)

/** Says which task's ending the queue waits behind, or null that it may go on. */
export const setHeldBy = (session: HeldSession, task_id: string | null) =>
  patched(session, (...at) => hold(...at, task_id))

/** From now on only this attempt's writes are let in. */
export const openFence = (session: HeldSession, task_id: string, attempt: number) =>
  patched(session, (...at) => setFence(...at, task_id, attempt))

/** No attempt executes any more. `ending` null: the task went back to its queue. */
export const closeFence = (session: HeldSession, ending: string | null, held_by: string | null) =>
  patched(session, (...at) => clearFence(...at, ending, held_by))

/** A task ended that did not hold the session any more. */
export const settleSession = (session: HeldSession, ending: string, held_by: string | null) =>
  patched(session, (...at) => settle(...at, ending, held_by))

export interface SessionReport {
  plan?: unknown
  commands?: unknown
  offered?: unknown
  usage?: unknown
}

/** What the harness said of itself; what is not named stays. */
export const reportSession = (session: HeldSession, { plan, commands, offered, usage }: SessionReport) =>
  patched(session, (...at) => report(...at, json(plan), json(commands), json(offered), json(usage)))

const json = (value: unknown) => (value === undefined ? null : JSON.stringify(value))
