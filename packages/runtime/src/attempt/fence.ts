import { YardmasterError } from '@yardmaster/protocol'
import type { LockedSession } from '../ledger/lock-session.js'

/** One attempt of one task. */
export interface Attempt {
  task_id: string
  session_id: string
  attempt: number
}

/** Whether this very attempt holds the session. */
export const holds = (
  session: Pick<LockedSession, 'executing_task_id' | 'executing_attempt'>,
  run: Attempt,
) => session.executing_task_id === run.task_id && session.executing_attempt === run.attempt

/** @throws FENCED unless the attempt holds the session */
export function assertHolds(
  session: Pick<LockedSession, 'executing_task_id' | 'executing_attempt'>,
  run: Attempt,
) {
  if (!holds(session, run)) throw new YardmasterError('FENCED')
}
