import { useNavigate } from '@tanstack/react-router'
import type { PushMessage } from '@yardmaster/protocol'
import { useEffect, useRef } from 'react'
import { canNotify, renewPush, worker } from '../../data/push.js'
import { useClient, useMe, useSignedIn } from '../../data/signed-in.js'
import type { NeedGroup } from '../sessions/use-needs.js'
import { newlyWanted, type Wanted, wantedBy } from './what-is-new.js'

/**
 * For the shell: while a page is open that nobody looks at, it has what newly waits for a person shown as a notification;
 * with a push service the daemon does too, and the worker makes one of both.
 *
 * @param groups undefined until they are known
 */
export function useNotices(groups: readonly NeedGroup[] | undefined): void {
  useGoing()
  useRenewal()
  const { notify } = useMe()
  const before = useRef<Wanted | null>(null)
  useEffect(() => {
    if (!groups) return
    const now = wantedBy(groups)
    const fresh = newlyWanted(before.current, now, notify)
    before.current = now
    if (fresh.length === 0 || document.hasFocus() || !canNotify()) return
    if (Notification.permission !== 'granted') return
    const sessions = new Map(groups.flatMap(({ sessions }) => sessions.map((one) => [one.id, one] as const)))
    const messages = fresh.map(
      ({ session_id, notice }): PushMessage => ({
        ...{ session_id, notice },
        title: sessions.get(session_id)?.title ?? null,
      }),
    )
    void worker().then((registration) => {
      for (const message of messages) registration?.active?.postMessage(message)
    })
  }, [groups, notify])
}

/** A click on a notification leads to its session. */
function useGoing(): void {
  const navigate = useNavigate()
  useEffect(() => {
    if (!canNotify()) return
    const go = ({ data }: MessageEvent<{ go?: string }>) => {
      const id = /^\/app\/sessions\/([\w-]+)$/.exec(data?.go ?? '')?.[1]
      if (id) void navigate({ to: '/sessions/$id', params: { id } })
    }
    navigator.serviceWorker.addEventListener('message', go)
    return () => navigator.serviceWorker.removeEventListener('message', go)
  }, [navigate])
}

/** Subscriptions end with the sign-ins that they were made under: a new one makes it anew. */
function useRenewal(): void {
  const client = useClient()
  const { token } = useSignedIn()
  // biome-ignore lint/correctness/useExhaustiveDependencies: each sign-in has to
  useEffect(() => {
    // Without it the page itself still tells, as long as it is open.
    if (canNotify()) renewPush(client).catch(() => undefined)
  }, [client, token])
}
