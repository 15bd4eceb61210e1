import type { Server } from 'socket.io'
import { compileData } from '../hooks/schemas.js'
import type { Log } from '../yard.js'
import { acrossDaemons } from './adapter.js'
import { openBus } from './bus.js'
import { type Hints, hints } from './hints.js'
import type { Siblings } from './siblings.js'

type Hear = (name: string, hint: unknown) => void

const checks = new Map(Object.entries(hints).map(([name, form]) => [name, compileData(form)]))

/**
 * Finds the other daemons on this database, by Redis.
 *
 * @param node_id of the database: daemons of several may share one Redis
 * @throws StartFailure when Redis does not answer
 */
export async function openSiblings(
  redis_url: string,
  node_id: string,
  log: Log,
): Promise<{ siblings: Siblings; close(): void }> {
  const stream = `yardmaster:${node_id}`
  const bus = await openBus(redis_url, stream, log)
  const listeners: [name: string, listener: (hint: never) => void][] = []
  let io: Server | null = null
  const hear: Hear = (name, hint) => {
    if (!isHint(name, hint)) return
    for (const [wanted, listener] of listeners) if (wanted === name) listener(hint as never)
  }
  return {
    siblings: {
      join(server, deliver) {
        io = server
        server.adapter(acrossDaemons(bus, stream, deliver, log) as never)
        server.on('hint' as never, hear as never)
      },
      tell: (name, hint) => void io?.serverSideEmit('hint', name, hint),
      hear: (name, listener) => void listeners.push([name, listener]),
    },
    close: bus.close,
  }
}

function isHint(name: string, hint: unknown): hint is Hints[keyof Hints] {
  try {
    return checks.get(name)?.(hint) !== undefined
  } catch {
    return false
  }
}
