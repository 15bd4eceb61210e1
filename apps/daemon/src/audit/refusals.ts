import type { ErrorCode } from '@yardmaster/protocol'
import type { NewAuditEntry } from '@yardmaster/store'
import { v7 } from 'uuid'

// Lines kept for the next write. More than these are told with less: who and why.
const most = 1000

/**
 * Refusals that are to be written. They change nothing, so they need not hold up the call: they are gathered, like
 * ones in one line, and written behind. Whoever sends refused calls by the thousand fills one line and not the disk.
 */
export class Refusals {
  #known = new Map<string, NewAuditEntry>()
  readonly #unknown = new Map<ErrorCode, number>()

  add(entry: NewAuditEntry): void {
    if (this.#count(entry)) return
    const kept = this.#known.size < most ? entry : withLess(entry)
    if (kept === entry || !this.#count(kept)) this.#known.set(keyOf(kept), kept)
  }

  /** Of somebody who is not known, only the code counts. */
  addUnknown(code: ErrorCode): void {
    this.#unknown.set(code, (this.#unknown.get(code) ?? 0) + 1)
  }

  /** What was gathered, once. */
  takeKnown(): NewAuditEntry[] {
    const entries = [...this.#known.values()]
    this.#known = new Map()
    return entries
  }

  /** One line for all that strangers were refused since the last one, or none. */
  takeUnknown(): NewAuditEntry[] {
    const details = Object.fromEntries(this.#unknown)
    this.#unknown.clear()
    const count = Object.values(details).reduce((sum, one) => sum + one, 0)
    if (count === 0) return []
    const [code] = Object.entries(details).sort(([, a], [, b]) => b - a)[0] as [string, number]
    return [
      {
        id: v7(),
        ...{ actor_kind: 'nobody', actor_id: null, actor_name: null, acting_as: null },
        ...{ transport: null, address: null, resource: '*', method: '*', row_id: null, worktree_id: null },
        ...{ outcome: 'refused', code, fields: [], details, count },
      },
    ]
  }

  #count(entry: NewAuditEntry): boolean {
    const like = this.#known.get(keyOf(entry))
    if (like) like.count += entry.count
    return like !== undefined
  }
}

/** All but what differs from call to call anyway. */
const keyOf = ({ id: _, count: __, ...rest }: NewAuditEntry): string => JSON.stringify(rest)

const withLess = (entry: NewAuditEntry): NewAuditEntry => ({
  ...entry,
  ...{ resource: '*', method: '*', row_id: null, worktree_id: null, address: null, fields: [], details: {} },
})
