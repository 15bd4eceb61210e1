import type { AuditEntry } from '@yardmaster/protocol'

/** What is shown of the audit log, as it stands in the address. Days are `2026-01-31`, in the time of whoever looks. */
export interface AuditSearch {
  person?: string
  resource?: string
  method?: string
  outcome?: AuditEntry['outcome']
  from?: string
  until?: string
}

const day = /^\d{4}-\d{2}-\d{2}$/
const isDay = (value: unknown): value is string =>
  typeof value === 'string' && day.test(value) && !Number.isNaN(Date.parse(value))

/** Reads it from an address that anybody may have written. */
export function auditSearch(search: Record<string, unknown>): AuditSearch {
  const read: AuditSearch = {}
  for (const name of ['person', 'resource', 'method'] as const) {
    const value = search[name]
    if (typeof value === 'string' && value !== '') read[name] = value
  }
  if (search.outcome === 'allowed' || search.outcome === 'refused') read.outcome = search.outcome
  for (const name of ['from', 'until'] as const) {
    const value = search[name]
    if (isDay(value)) read[name] = value
  }
  return read
}

/** Rows of a page. */
export const auditPage = 100

/**
 * The same as a query, the newest first.
 *
 * @param before id of the last line that is shown: the page goes on behind it, whatever came in meanwhile
 */
export function auditQuery(search: AuditSearch, before: string | null): Record<string, unknown> {
  const { person, resource, method, outcome, from, until } = search
  const at = {
    ...(from ? { $gte: new Date(`${from}T00:00:00`).toISOString() } : {}),
    ...(until ? { $lte: new Date(`${until}T23:59:59.999`).toISOString() } : {}),
  }
  return {
    $sort: { id: -1 },
    $limit: auditPage,
    $total: false,
    ...(before === null ? {} : { id: { $lt: before } }),
    ...(person ? { actor_id: person } : {}),
    ...(resource ? { resource } : {}),
    ...(method ? { method } : {}),
    ...(outcome ? { outcome } : {}),
    ...(from || until ? { at } : {}),
  }
}

/** Where the next page begins; undefined behind the last. */
export const afterPage = (rows: readonly Pick<AuditEntry, 'id'>[]): string | undefined =>
  rows.length < auditPage ? undefined : rows.at(-1)?.id

/** What a line tells beside who and what: values where they are known, else the names of what was set. */
export function detailOf({ fields, details, count, code }: AuditEntry): string {
  const known = Object.entries(details).map(
    ([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`,
  )
  const others = fields.filter((name) => !Object.hasOwn(details, name))
  return [code, ...known, ...others, count > 1 ? `${count} times` : null].filter(Boolean).join(', ')
}
