import type { SocketClient } from '@yardmaster/client'

// The one place where it is kept which of one's push subscriptions is this browser's.
const kept = 'yardmaster.push'

/** Whether this browser can show notifications: over TLS, or from this host. */
export const canNotify = (): boolean => 'serviceWorker' in navigator && 'Notification' in window

/** Has the worker shown what it is told. Without one, all else works the same. */
export function startWorker(): void {
  if (!canNotify()) return
  navigator.serviceWorker.register('/app/worker.js', { scope: '/app/' }).catch(() => undefined)
}

/** The worker's registration; null where there will be none. */
export async function worker(): Promise<ServiceWorkerRegistration | null> {
  if (!canNotify()) return null
  return (await navigator.serviceWorker.getRegistration('/app/')) ?? null
}

/** The id of this browser's subscription, as the daemon knows it. */
export const ownSubscription = (): string | null => localStorage.getItem(kept)

/**
 * Has the daemon tell this browser when no page is open.
 *
 * @throws where the browser has no push service, or none that can be reached; what the daemon answers
 */
export async function beginPush(client: SocketClient): Promise<void> {
  const { pushManager } = await navigator.serviceWorker.ready
  const before = await pushManager.getSubscription()
  const key = daemonKey()
  // Made for another key it is told nothing: a database that was moved, a daemon that is another.
  if (before && !sameKey(before, key)) await before.unsubscribe()
  const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key })
  const { endpoint, keys } = subscription.toJSON()
  const { id } = await client.service('push-subscriptions').create({ endpoint, keys })
  localStorage.setItem(kept, id)
}

/** Under a new sign-in the daemon has to be told again; where nobody asked for it, it is not. */
export async function renewPush(client: SocketClient): Promise<void> {
  if (ownSubscription() === null || Notification.permission !== 'granted') return
  await beginPush(client)
}

/** Ends it here and at the daemon, as far as either can be reached. */
export async function endPush(client: SocketClient): Promise<void> {
  const id = ownSubscription()
  if (id === null) return
  localStorage.removeItem(kept)
  const subscription = await (await worker())?.pushManager.getSubscription()
  await Promise.allSettled([subscription?.unsubscribe(), client.service('push-subscriptions').remove(id)])
}

function daemonKey(): Uint8Array<ArrayBuffer> {
  const key = document.querySelector<HTMLMetaElement>('meta[name="push-key"]')?.content ?? ''
  const bytes = atob(key.replaceAll('-', '+').replaceAll('_', '/'))
  return Uint8Array.from(bytes, (character) => character.charCodeAt(0))
}

function sameKey({ options }: PushSubscription, key: Uint8Array): boolean {
  const theirs = new Uint8Array(options.applicationServerKey ?? new ArrayBuffer())
  return theirs.length === key.length && theirs.every((byte, place) => byte === key[place])
}
