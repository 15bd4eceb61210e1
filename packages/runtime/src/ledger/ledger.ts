import { YardmasterError } from '@yardmaster/protocol'
import type { Db, Tx } from '@yardmaster/store'
import { type Asker, askerIn, type LockedSession, lockSession, setLastSeq } from './lock-session.js'

/** One logged change, as it is told to whoever listens: a hint, since the log itself is what clients catch up from. */
export interface LoggedEvent {
  /** The Feathers service and event: `tasks`, `patched`. */
  service: string
  event: 'created' | 'patched' | 'removed'
  data: object
  session_id: string
  worktree_id: string
  seq: number
  /**
   * What {@link accessVersion} was in the change. Whoever tells of the event looks at the listeners again first, if it
   * has looked at them for an older one only.
   */
  access_version: number
}

/** Where logged changes are written and told. */
export interface Ledger {
  db: Db
  /** Called once after each commit, with the events of that commit in order. */
  publish(events: LoggedEvent[]): void
}

/**
 * Who changes a session, and whether that is still so: `check` gets the locked row and, where a user asks, what that
 * user may do there by now (null when the user is gone), and throws to refuse. Both are read after the wait for the
 * lock, so that a row that moved, a grant that went or an attempt that was overtaken in between is a refusal and not a
 * blind write.
 */
export interface Guard {
  user_id: string | null
  /** The API token that the user calls with. */
  token_id?: string
  check(session: LockedSession, asker: Asker | null): void
}

/** The daemon's own doings, which nobody can be refused. */
export const asSystem: Guard = { user_id: null, check: () => undefined }

/** An open, locked session: the only way to a logged change. */
export interface HeldSession {
  tx: Tx
  row: LockedSession
  /** Runs a statement whose first two parameters are seq and session id, and remembers the event it logs. */
  log<Wire extends object>(
    service: string,
    event: LoggedEvent['event'],
    write: (tx: Tx, seq: number, session_id: string) => Promise<{ wire: Wire }[]>,
  ): Promise<Wire | null>
}

/**
 * Does `work` under the session's lock, in one transaction, and publishes its events after the commit.
 * The lock is the advance of `last_seq` itself; every logged change takes the next number, and the row ends at
 * the last one taken, so that the log has no gap.
 *
 * @param expected how many events the work will most likely log; a wrong guess costs one statement more
 * @throws NOT_FOUND when the session is gone, or whatever the guard throws
 */
export function inSession<T>(
  ledger: Ledger,
  session_id: string,
  guard: Guard,
  expected: number,
  work: (session: HeldSession) => Promise<T>,
): Promise<T> {
  return ledger.db.transaction(async (tx) => {
    const { result, events } = await withSession(tx, session_id, guard, expected, work)
    tx.afterCommit(() => ledger.publish(events))
    return result
  })
}

/** As {@link inSession}, inside a transaction that holds more than one session. Lock them in id order. */
export async function withSession<T>(
  tx: Tx,
  session_id: string,
  guard: Guard,
  expected: number,
  work: (session: HeldSession) => Promise<T>,
): Promise<{ result: T; events: LoggedEvent[] }> {
  const [row] = await lockSession(tx, session_id, expected)
  if (!row) throw new YardmasterError('NOT_FOUND')
  const [asker] = guard.user_id
    ? await askerIn(tx, guard.user_id, row.worktree_id, guard.token_id ?? null)
    : []
  guard.check(row, asker ?? null)
  const events: LoggedEvent[] = []
  const before = row.last_seq - expected
  const result = await work({
    tx,
    row,
    async log(service, event, write) {
      const seq = before + events.length + 1
      const [written] = await write(tx, seq, session_id)
      if (!written) return null
      const { worktree_id, access_version } = row
      events.push({ service, event, data: written.wire, session_id, worktree_id, seq, access_version })
      return written.wire
    },
  })
  if (events.length !== expected) await setLastSeq(tx, session_id, before + events.length)
  return { result, events }
}
