import type { QueryClient } from '@tanstack/react-query'
import type { Page, SocketClient } from '@yardmaster/client'

/** Services whose events change lists. Those of one session's transcript are followed by its watch. */
const followed = [
  'sessions',
  'permission-requests',
  'allowances',
  'worktrees',
  'repos',
  'grants',
  'users',
  'teams',
  'team-members',
  'runtimes',
  'session-views',
] as const

/** Milliseconds from an event to the refetch that it causes, in which others join it. */
const gathers = 400

interface Row {
  id?: string
}

/**
 * Keeps lists as live as they can be: a row that changes is changed where it stands at once, and the lists of its
 * service are asked again shortly after, for what enters and leaves them. After a gap all are asked again.
 *
 * @returns ends it
 */
export function followLists(client: SocketClient, cache: QueryClient): () => void {
  const due = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | null = null
  const refetch = () => {
    timer = null
    for (const service of due) void cache.invalidateQueries({ queryKey: [service] })
    due.clear()
  }
  const ends = followed.flatMap((service) =>
    (['created', 'patched', 'removed'] as const).map((event) => {
      const heard = (row: Row) => {
        if (event === 'patched') replace(cache, service, row)
        due.add(service)
        timer ??= setTimeout(refetch, gathers)
      }
      const name = `${service} ${event}`
      client.socket.on(name, heard)
      return () => client.socket.off(name, heard)
    }),
  )
  const whole = () => void cache.invalidateQueries()
  client.socket.on('connect', whole)
  client.socket.on('access revoked', whole)
  return () => {
    if (timer) clearTimeout(timer)
    client.socket.off('connect', whole)
    client.socket.off('access revoked', whole)
    for (const end of ends) end()
  }
}

function replace(cache: QueryClient, service: string, row: Row): void {
  const put = (rows: Row[]) =>
    rows.some(({ id }) => id === row.id) ? rows.map((one) => (one.id === row.id ? row : one)) : rows
  cache.setQueriesData<Row[] | Page<Row> | { pages: Page<Row>[] }>({ queryKey: [service] }, (held) => {
    if (!held) return held
    if (Array.isArray(held)) return put(held)
    if ('pages' in held)
      return { ...held, pages: held.pages.map((page) => ({ ...page, data: put(page.data) })) }
    return Array.isArray(held.data) ? { ...held, data: put(held.data) } : held
  })
}

/**
 * Listens in the rooms of these worktrees, again after each reconnect, since rooms do not outlive one.
 *
 * @returns leaves them
 */
export function listenTo(client: SocketClient, worktree_ids: readonly string[]): () => void {
  const join = () => {
    for (const worktree_id of worktree_ids)
      client
        .service('subscriptions')
        .create({ worktree_id })
        // Gone or closed to us since: the list of worktrees finds out by itself.
        .catch(() => undefined)
  }
  if (client.socket.connected) join()
  client.socket.on('connect', join)
  return () => {
    client.socket.off('connect', join)
    for (const id of worktree_ids) client.socket.emit('remove', 'subscriptions', id, {}, () => undefined)
  }
}
