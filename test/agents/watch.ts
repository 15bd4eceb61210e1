import type { SocketClient } from '@yardmaster/client'
import type { Message, PermissionRequest, Runtime, Session, Task } from '@yardmaster/protocol'

interface Rows {
  sessions: Session
  tasks: Task
  messages: Message
  'permission-requests': PermissionRequest
  runtimes: Runtime
}

const services = ['sessions', 'tasks', 'messages', 'permission-requests', 'runtimes'] as const

/** The rows that a socket was told of by events, each as it was last told. */
export class Watch {
  readonly #rows = new Map<string, Map<string, object>>(services.map((name) => [name, new Map()]))
  readonly #waiting = new Set<() => void>()

  constructor(client: SocketClient) {
    for (const name of services) {
      const take = (row: { id: string }) => {
        this.#rows.get(name)?.set(row.id, row)
        for (const look of this.#waiting) look()
      }
      client.service(name).on('created', take)
      client.service(name).on('patched', take)
    }
  }

  /** In the order in which they were first told of. */
  rows<Name extends keyof Rows>(service: Name): Rows[Name][] {
    return [...(this.#rows.get(service)?.values() ?? [])] as Rows[Name][]
  }

  /** Looks whenever something was told, until there is something to see. */
  until<T>(look: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const again = () => {
        try {
          const found = look()
          if (found === undefined) return
          resolve(found)
        } catch (error) {
          reject(error)
        }
        this.#waiting.delete(again)
      }
      this.#waiting.add(again)
      again()
    })
  }
}
