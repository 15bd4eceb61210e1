import type { Notice, PushMessage } from '@yardmaster/protocol'

// It keeps nothing: pages and answers come from the daemon each time, so that no build is ever stale, and nothing that was
// shown to somebody lies in a cache for whoever comes next. It shows what is to be known while no page is looked at.

declare const self: ServiceWorkerGlobalScope

const titles: Record<Notice, string> = {
  asks: 'An agent asks',
  failed: 'A run has failed',
  finished: 'A run has finished',
}

self.addEventListener('install', () => void self.skipWaiting())
self.addEventListener('activate', (event) => event.waitUntil(self.clients.claim()))

/** From the daemon by way of the push service, or from a page of ours that is not looked at. */
self.addEventListener('push', (event) => {
  if (event.data) event.waitUntil(tell(event.data.json() as PushMessage))
})
self.addEventListener('message', (event) => event.waitUntil(tell(event.data as PushMessage)))

self.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(show(event.notification.data as string))
})

async function tell({ notice, session_id, title }: PushMessage): Promise<void> {
  const path = `/app/sessions/${session_id}`
  if ((await pages()).some(({ focused, url }) => focused && new URL(url).pathname === path)) return
  await self.registration.showNotification(titles[notice], {
    body: title ?? `Session ${session_id.slice(-6)}`,
    // Told by a page and by the push service, it is one notification all the same.
    tag: `${session_id} ${notice}`,
    icon: '/app/icon-192.png',
    data: path,
  })
}

/** A page of ours goes there, and keeps what is being typed on it; without one, a new one opens. */
async function show(path: string): Promise<void> {
  const [page] = await pages()
  if (!page) return void (await self.clients.openWindow(path))
  page.postMessage({ go: path })
  // Refused where the click was not a person's.
  await page.focus().catch(() => undefined)
}

const pages = (): Promise<readonly WindowClient[]> =>
  self.clients.matchAll({ type: 'window', includeUncontrolled: true })
