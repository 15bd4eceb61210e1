import { Agent, request } from 'node:http'
import { quantile } from './figures.mjs'

/**
 * Sends requests over as many connections as there are makers, each connection one after the other, for a while.
 *
 * @param {{milliseconds: number, calls: (() => Promise<unknown>)[], cpu: () => number}} how `calls` has one maker of
 *   calls for each connection; `cpu` answers the processor time used so far
 * @returns {Promise<{rate: number, cpu: number, p50: number, p99: number}>} calls a second, milliseconds of processor
 *   time a call, milliseconds of waiting
 */
export async function drive({ milliseconds, calls, cpu }) {
  const waits = []
  const before = cpu()
  const since = performance.now()
  const until = since + milliseconds
  await Promise.all(
    calls.map(async (call) => {
      for (let now = since; now < until; ) {
        await call()
        const then = performance.now()
        waits.push(then - now)
        now = then
      }
    }),
  )
  const took = performance.now() - since
  const used = cpu() - before
  waits.sort((a, b) => a - b)
  return {
    rate: waits.length / (took / 1000),
    cpu: used / waits.length,
    p50: quantile(waits, 0.5),
    p99: quantile(waits, 0.99),
  }
}

/** A caller over one connection that stays open. @returns {(call: {method: string, path: string, token: string, body?: object}) => Promise<object>} */
export function connection(url) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const { hostname, port } = new URL(url)
  return ({ method, path, token, body }) =>
    new Promise((resolve, reject) => {
      const text = body === undefined ? undefined : JSON.stringify(body)
      const headers = {
        authorization: `Bearer ${token}`,
        ...(text ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) } : {}),
      }
      const asked = request({ agent, hostname, port, method, path, headers }, (answer) => {
        const parts = []
        answer.on('data', (part) => parts.push(part))
        answer.on('end', () => {
          const said = Buffer.concat(parts).toString()
          if (answer.statusCode >= 300) reject(new Error(`${method} ${path}: ${answer.statusCode} ${said}`))
          else resolve(said)
        })
        answer.on('error', reject)
      })
      asked.on('error', reject)
      asked.end(text)
    })
}
