import { fork } from 'node:child_process'
import { once } from 'node:events'

/** Sockets that listen, connected and, with a packet, subscribed. `hear` resolves once each has heard so many events. */
export async function gather(url, count, { auth = '', packet = '' } = {}) {
  const child = fork(new URL('listeners.mjs', import.meta.url), [url, String(count), auth, packet])
  const said = async (word) => {
    for (;;) {
      const [message] = await once(child, 'message')
      if (message === word) return
    }
  }
  child.once('exit', (code) => {
    if (code) throw new Error(`The listeners ended with ${code}.`)
  })
  await said('connected')
  return {
    /** @param {() => Promise<void>} act makes the events, and is begun once everybody listens */
    async hear(events, act) {
      child.send(events)
      await said('listens')
      const all = said('heard')
      await act()
      await all
    },
    async leave() {
      child.disconnect()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}
