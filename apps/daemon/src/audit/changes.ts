import { AsyncLocalStorage } from 'node:async_hooks'
import type { AuditEntry } from '@yardmaster/protocol'
import { addAuditEntries, type Db, type NewAuditEntry } from '@yardmaster/store'

interface Change {
  /** The line, made of what the transaction or the method answers. */
  entry(result: unknown): NewAuditEntry
  /** One of its transactions has taken the line along, or the call is over. */
  taken: boolean
  tell(lines: AuditEntry[]): void
}

// What a call changes happens deep below its hooks, in functions that know nothing of calls. Handing the line down to
// each of them lost: it would be a parameter of everything that writes, and the one that forgets it writes unseen.
const changes = new AsyncLocalStorage<Change>()

/**
 * The same database, whose transactions take the audit line of the call they belong to along: both are there or
 * neither, whenever the daemon dies. Outside of a call that changes something it costs nothing.
 */
export function withAudit(db: Db): Db {
  return {
    ...db,
    transaction(work) {
      const change = changes.getStore()
      if (!change || change.taken) return db.transaction(work)
      change.taken = true
      return db
        .transaction(async (tx) => {
          const result = await work(tx)
          const lines = await addAuditEntries(tx, [change.entry(result)])
          tx.afterCommit(() => change.tell(lines))
          return result
        })
        .catch((error) => {
          change.taken = false
          throw error
        })
    },
  }
}

/**
 * Carries out a call that changes something. Where it opens no transaction, its line is written behind the change and
 * before the answer: what was acknowledged is in the log.
 *
 * @param db not `withAudit`
 */
export async function asChange(
  db: Db,
  entry: Change['entry'],
  tell: Change['tell'],
  call: () => Promise<unknown>,
): Promise<void> {
  const change: Change = { entry, tell, taken: false }
  try {
    const result = await changes.run(change, call)
    if (!change.taken) tell(await addAuditEntries(db, [entry(result)]))
  } finally {
    // What goes on behind the answer is not the call's own.
    change.taken = true
  }
}
