import { type SessionView, type SocketClient, watchSession } from '@yardmaster/client'
import { tellChanges } from './changes.js'
import type { Watcher } from './watcher.js'

export interface Telling {
  /** What was there has been told. Rejects as `broken` does. */
  started: Promise<void>
  /** Rejects once there is nothing more to tell: access was lost, or the session is gone. */
  broken: Promise<never>
  stop(): void
}

/**
 * Tells a watcher what is there of a session, and then what happens.
 *
 * @param task tells only what belongs to this task
 */
export function tellSession(
  client: SocketClient,
  session_id: string,
  watcher: Watcher,
  task?: string,
): Telling {
  // Of one task, what is there is at the end of the transcript.
  const watch = watchSession(client, session_id, task ? {} : { window: Number.POSITIVE_INFINITY })
  let begun = false
  let told: SessionView | null = null
  let isLost = false
  let start!: () => void
  let fail!: (error: unknown) => void
  const broken = new Promise<never>((_, reject) => {
    fail = reject
  })
  broken.catch(() => undefined)

  const loadTask = async () => {
    while (task && watch.view?.has_earlier && watch.view.messages[0]?.task_id === task)
      await watch.load_earlier()
  }
  const begin = () => {
    begun = true
    tell()
    start()
  }
  const tell = () => {
    if (watch.view && watch.view !== told) {
      tellChanges(told, watch.view, watcher, task)
      told = watch.view
    }
    if (watch.state === 'offline' && !isLost) {
      isLost = true
      watcher.connection?.('lost')
    } else if (watch.state === 'live' && isLost) {
      isLost = false
      watcher.connection?.('back')
    }
  }
  let isLoading = false
  const look = () => {
    if (watch.state === 'ended') fail(watch.error)
    else if (begun) tell()
    else if (watch.state === 'live' && !isLoading) {
      isLoading = true
      loadTask().then(begin, () => {
        isLoading = false // the connection went; with the next one it begins again
      })
    }
  }
  watch.subscribe(look)
  const isThere = new Promise<void>((resolve) => {
    start = resolve
  })
  look()
  const started = Promise.race([isThere, broken])
  started.catch(() => undefined)
  return { started, broken, stop: watch.close }
}
