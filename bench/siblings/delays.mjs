import { connectSocket } from '@yardmaster/client'
import { quantile } from '../kit/figures.mjs'

const events = 200

/**
 * How long events take to a socket, one after the other.
 *
 * @param {string} url of the daemon that the socket is connected to
 * @param {() => Promise<unknown>} patch makes one event of `run`
 * @returns {Promise<{p50: number, p95: number}>} milliseconds from before the call that makes it
 */
export async function delays(url, user, run, patch) {
  const client = connectSocket(url, user)
  try {
    await new Promise((resolve) => client.socket.once('connect', resolve))
    await client.service('subscriptions').create({ session_id: run.session_id })
    const waits = []
    for (let event = 0; event < events; event += 1) {
      const heard = new Promise((resolve) =>
        client.socket.once('tasks patched', () => resolve(performance.now())),
      )
      const since = performance.now()
      const patched = patch()
      waits.push((await heard) - since)
      await patched
    }
    waits.sort((a, b) => a - b)
    return { p50: quantile(waits, 0.5), p95: quantile(waits, 0.95) }
  } finally {
    client.close()
  }
}
