import type { AuditEntry, ErrorCode } from '@yardmaster/protocol'
import { addAuditEntries, type Db, type NewAuditEntry } from '@yardmaster/store'
import type { Log, Pace } from '../yard.js'
import { asChange, withAudit } from './changes.js'
import { Refusals } from './refusals.js'

/** The audit log of a daemon: what is written with a change, and what is gathered and written behind. */
export interface Audit {
  /** For the services: transactions of a call that changes something take its line along. */
  db: Db
  /** Carries out a call that changes something, together with its line. */
  change(entry: (result: unknown) => NewAuditEntry, call: () => Promise<unknown>): Promise<void>
  /** Writes a line now, for what has no transaction. */
  write(entry: NewAuditEntry): Promise<void>
  /** Has a refusal written soon. */
  refuse(entry: NewAuditEntry): void
  /** Counts the refusal of a stranger, for one line in a while. */
  refuseUnknown(code: ErrorCode): void
  /** Hears of every line once it is written. */
  onWritten(listener: (lines: AuditEntry[]) => void): void
  /** Writes all that was gathered. */
  flush(): Promise<void>
  /** Flushes, for the last time. */
  close(): Promise<void>
}

/** @param db as the daemon's user, without more around it */
export function openAudit(db: Db, log: Log, pace: Pick<Pace, 'refusals' | 'strangers'>): Audit {
  const refusals = new Refusals()
  const listeners: ((lines: AuditEntry[]) => void)[] = []
  let writing: Promise<void> = Promise.resolve()

  const tell = (lines: AuditEntry[]) => {
    for (const listener of listeners) listener(lines)
  }
  const write = async (entries: NewAuditEntry[]) => tell(await addAuditEntries(db, entries))
  const writeBehind = (entries: NewAuditEntry[]): Promise<void> => {
    if (entries.length > 0)
      writing = writing
        .then(() => write(entries))
        .catch((error: Error) => {
          log.warn(`Refusals are written to the audit log later: ${error.message}`)
          for (const entry of entries) refusals.add(entry)
        })
    return writing
  }
  const timers = [
    setInterval(() => void writeBehind(refusals.takeKnown()), pace.refusals),
    setInterval(() => void writeBehind(refusals.takeUnknown()), pace.strangers),
  ]
  const flush = () => writeBehind([...refusals.takeKnown(), ...refusals.takeUnknown()])

  return {
    db: withAudit(db),
    change: (entry, call) => asChange(db, entry, tell, call),
    write: (entry) => write([entry]),
    refuse: (entry) => refusals.add(entry),
    refuseUnknown: (code) => refusals.addUnknown(code),
    onWritten: (listener) => void listeners.push(listener),
    flush,
    close() {
      for (const timer of timers) clearInterval(timer)
      return flush()
    },
  }
}
