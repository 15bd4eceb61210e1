import type { PermissionRequest, Session, Task, Worktree } from '@yardmaster/protocol'
import type { SocketClient } from '../connect.js'
import { codeOf, isPassing, persist } from '../failures.js'
import type { Query, Rows } from '../services.js'
import { answered } from './answered.js'
import { type Ask, every } from './fetch-view.js'
import { Seat } from './rooms.js'
import { put, without } from './sorted.js'
import { byId } from './view.js'
import type { WatchState } from './watch-session.js'

/** Lists that rooms of worktrees tell of. */
export interface WatchedRows {
  sessions: Session
  tasks: Task
  'permission-requests': PermissionRequest
  worktrees: Worktree
}

export interface RowsOptions<Row> {
  /** What `find` is asked for. Without `id`, paging and order: rows come by id, which is the order of creation. */
  query?: Query
  /** Changes are heard of in these worktrees. */
  worktree_ids: readonly string[]
  /** Whether a row that changed belongs to the list, as the query says it. By default every row does. */
  matches?(row: Row): boolean
  /** Milliseconds after which the list is read anew, since nothing shows that an event was lost. Default 60,000. */
  every?: number
}

export interface RowsWatch<Row> {
  readonly state: WatchState
  /** null until they were read. Another array after each change; rows that stayed are the same objects. */
  readonly rows: readonly Row[] | null
  readonly error: unknown
  subscribe(listener: () => void): () => void
  close(): void
}

/**
 * Watches a list over a socket: live by the rooms of worktrees, whose events have no numbers without holes; so it is
 * read anew after each connection, and from time to time.
 */
export function watchRows<Name extends keyof WatchedRows>(
  client: SocketClient,
  service: Name,
  options: RowsOptions<WatchedRows[Name]>,
): RowsWatch<WatchedRows[Name]> {
  return new ListWatch<WatchedRows[Name]>(client, service, options)
}

interface Heard<Row> {
  row: Row
  gone: boolean
}

class ListWatch<Row extends { id: string }> implements RowsWatch<Row> {
  state: WatchState = 'catching_up'
  rows: readonly Row[] | null = null
  error: unknown = undefined
  readonly #listeners = new Set<() => void>()
  readonly #seats: Seat[]
  readonly #again: ReturnType<typeof setInterval>
  #connection = new AbortController()
  /** Changes that come while the list is read, and go over it. */
  #heard: Heard<Row>[] | null = null

  constructor(
    private readonly client: SocketClient,
    private readonly service: keyof WatchedRows,
    private readonly options: RowsOptions<Row>,
  ) {
    this.#seats = options.worktree_ids.map((worktree_id) => new Seat(client, { worktree_id }))
    this.#again = setInterval(this.#read, options.every ?? 60_000)
    const { socket } = client
    socket.onAny(this.#hear)
    socket.on('connect', this.#read)
    socket.on('disconnect', this.#disconnected)
    if (socket.connected) this.#read()
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  close = (): void => this.#end(undefined)

  readonly #hear = (type: string, row: Row): void => {
    const [service, event] = type.split(' ')
    if (type === 'access revoked') this.#read()
    else if (service === this.service && event && ['created', 'patched', 'removed'].includes(event)) {
      const gone = event === 'removed' || this.options.matches?.(row) === false
      this.#heard?.push({ row, gone })
      if (this.rows) this.#become(this.state, changed(this.rows, { row, gone }))
    }
  }

  readonly #read = (): void => {
    if (this.#heard || this.state === 'ended' || !this.client.socket.connected) return
    const { signal } = this.#connection
    const ask: Ask = (call) => answered(call, signal, 20_000)
    persist(() => this.#fetch(ask), { signal }).then(
      (rows) => {
        if (!signal.aborted) this.#become('live', rows)
      },
      (error) => {
        if (!signal.aborted) this.#end(error)
      },
    )
  }

  async #fetch(ask: Ask): Promise<readonly Row[]> {
    const heard: Heard<Row>[] = []
    this.#heard = heard
    try {
      await Promise.all(this.#seats.map((seat) => ask(seat.join()).catch(onlyThere)))
      const service = this.client.service(this.service) as unknown as Pick<Rows<Row>, 'find'>
      const rows = await every(service, this.options.query ?? {}, ask)
      return heard.reduce<readonly Row[]>(changed, rows)
    } finally {
      if (this.#heard === heard) this.#heard = null
    }
  }

  readonly #disconnected = (): void => {
    this.#connection.abort()
    this.#connection = new AbortController()
    this.#heard = null
    this.#become('offline', this.rows)
  }

  #end(error: unknown): void {
    if (this.state === 'ended') return
    const { socket } = this.client
    socket.offAny(this.#hear)
    socket.off('connect', this.#read)
    socket.off('disconnect', this.#disconnected)
    clearInterval(this.#again)
    for (const seat of this.#seats) seat.leave()
    this.#connection.abort()
    this.error = error
    this.#become('ended', this.rows)
  }

  #become(state: WatchState, rows: readonly Row[] | null): void {
    if (state === this.state && rows === this.rows) return
    this.state = state
    this.rows = rows
    for (const listener of [...this.#listeners]) listener()
  }
}

const changed = <Row extends { id: string }>(
  rows: readonly Row[],
  { row, gone }: Heard<Row>,
): readonly Row[] => (gone ? without(rows, row.id, byId) : put(rows, row, byId))

/** A worktree that may not be seen any more has nothing to tell; the list says what is left. */
function onlyThere(error: unknown): void {
  if (codeOf(error) !== 'NOT_FOUND' || isPassing(error)) throw error
}
