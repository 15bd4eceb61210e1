import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { StartFailure } from './failure.js'

/**
 * Milliseconds that a connection may rest between two calls. With Node's own 5 s, a caller or a load balancer that keeps
 * connections for longer, as most do for 60, sends a call into one that is just being closed.
 */
const keepAliveTimeout = 65_000

/**
 * Takes the port before anything else is started, so that a taken one costs nothing. Until the app is in place every
 * call is answered 503.
 *
 * @throws StartFailure when the port is taken or the address is not this host's
 */
export async function takePort(host: string, port: number): Promise<{ server: Server; port: number }> {
  const server = createServer({ keepAliveTimeout })
  const starting = (_: unknown, response: ServerResponse) => {
    response.writeHead(503, { 'content-type': 'application/json', 'retry-after': '1' })
    response.end(
      JSON.stringify({
        name: 'Unavailable',
        message: 'Yardmaster is starting.',
        code: 503,
        className: 'unavailable',
        data: { code: 'UNAVAILABLE' },
      }),
    )
  }
  server.on('request', starting)
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(refusal(error, host, port)))
    server.listen(port, host, resolve)
  })
  server.removeAllListeners('error')
  server.once('ready', () => server.off('request', starting))
  return { server, port: (server.address() as AddressInfo).port }
}

function refusal({ code, message }: NodeJS.ErrnoException, host: string, port: number): StartFailure {
  if (code === 'EADDRINUSE')
    return new StartFailure(
      `Port ${port} on ${host} is taken: stop what uses it, or give another YARDMASTER_PORT.`,
    )
  if (code === 'EACCES')
    return new StartFailure(
      `Port ${port} needs rights that this user has not: give a YARDMASTER_PORT above 1023.`,
    )
  return new StartFailure(`Cannot listen on ${host}:${port} (${message}): correct YARDMASTER_HOST.`)
}

/** How this host itself reaches the daemon. */
export const localUrl = (host: string, port: number): string =>
  `http://${['0.0.0.0', '::', '127.0.0.1'].includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host}:${port}`

const lastCalls = 1000

/** Takes no more calls, lets those under way finish for a second, then ends them. Does nothing to a closed server. */
export function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), lastCalls)
    server.close(() => {
      clearTimeout(cut)
      resolve()
    })
  })
}
