import type { Notice, PermissionRequest, Task } from '@yardmaster/protocol'
import type { LoggedEvent } from '@yardmaster/runtime'
import { deletePushSubscription, mostNews, type News, type Told, whomToTell } from '@yardmaster/store'
import type { App, Yard } from '../yard.js'
import { send } from './send.js'

/** Pushes under way at most: a push service that hangs must not hold up those of the others. */
const AT_ONCE = 50

/** Answers that mean that nothing will ever arrive there: gone, or subscribed with another key. */
const gone = [403, 404, 410]

const endings: Partial<Record<Task['status'], Notice>> = {
  completed: 'finished',
  failed: 'failed',
  timed_out: 'failed',
}

type Listened = {
  on(
    event: string,
    listener: (row: PermissionRequest & Task, context: { logged?: LoggedEvent }) => void,
  ): void
}

/**
 * Tells people by Web Push of what waits for them. The daemon that has committed an event tells of it, so of several
 * one does. Like every live event it is a hint: one that is lost shows on the page all the same.
 *
 * @returns how to stop
 */
export function beginTellingAway(app: App, { db, push, log }: Yard): () => Promise<void> {
  const waiting: News[] = []
  const under_way = new Set<Promise<void>>()
  const stopping = new AbortController()
  let telling: Promise<void> = Promise.resolve()

  const note = (notice: Notice, row_id: string, logged?: LoggedEvent) => {
    if (!logged || stopping.signal.aborted) return
    // What comes while others are told of waits for them, and goes with one look.
    if (waiting.push({ notice, row_id, session_id: logged.session_id, seq: logged.seq }) === 1)
      telling = telling.then(tell)
  }
  const tell = async () => {
    while (waiting.length > 0) {
      try {
        const told = await whomToTell(db, JSON.stringify(waiting.slice(0, mostNews)))
        for (const one of told) {
          const sent: Promise<void> = deliver(one).finally(() => under_way.delete(sent))
          under_way.add(sent)
          if (under_way.size >= AT_ONCE) await Promise.race(under_way)
        }
      } catch (error) {
        log.warn(`Nobody was told by push: ${(error as Error).message}`)
      }
      waiting.splice(0, mostNews)
    }
  }
  const deliver = async (one: Told) => {
    try {
      const status = await send(one, push, stopping.signal)
      if (gone.includes(status)) await deletePushSubscription(db, one.id)
      else if (status >= 400) throw new Error(`it answered ${status}`)
    } catch (error) {
      if (stopping.signal.aborted) return
      log.warn(`A push was not taken by ${hostOf(one)}: ${(error as Error).message}`)
    }
  }

  const of = (service: string) => app.service(service) as unknown as Listened
  of('permission-requests').on('created', ({ id, status }, { logged }) => {
    if ((status as string) === 'pending') note('asks', id, logged)
  })
  of('tasks').on('patched', ({ id, status }, { logged }) => {
    const notice = endings[status]
    if (notice) note(notice, id, logged)
  })
  return async () => {
    stopping.abort()
    waiting.length = 0
    await telling
    await Promise.all(under_way)
  }
}

/** All of an endpoint that may be told. */
const hostOf = ({ endpoint }: Told): string =>
  URL.canParse(endpoint) ? new URL(endpoint).host : 'no address at all'
