import type { SocketClient } from '@yardmaster/client'
import type { Message, PermissionRequest, Task } from '@yardmaster/protocol'
import { isTerminal } from '@yardmaster/protocol'
import type { Person, TestDaemon } from '../../../../test/daemon'

/** A session's rows as its room tells of them, the latest state of each. */
export class Watch {
  readonly tasks = new Map<string, Task>()
  readonly messages = new Map<string, Message>()
  readonly requests = new Map<string, PermissionRequest>()
  /** Every status that a task was told to have, in order. */
  readonly statuses: string[] = []
  #waiting: (() => void)[] = []

  private constructor(private readonly socket: SocketClient) {}

  static async open(yard: TestDaemon, session_id: string, by: Person = yard.admin): Promise<Watch> {
    const watch = new Watch(await yard.socket(by.token))
    const keep =
      <Row extends { id: string }>(rows: Map<string, Row>) =>
      (row: Row) => {
        rows.set(row.id, row)
        for (const look of watch.#waiting.splice(0)) look()
      }
    for (const event of ['created', 'patched'] as const) {
      watch.socket.service('tasks').on(event, (task) => watch.statuses.push(task.status))
      watch.socket.service('tasks').on(event, keep(watch.tasks))
      watch.socket.service('messages').on(event, keep(watch.messages))
      watch.socket.service('permission-requests').on(event, keep(watch.requests))
    }
    await watch.socket.service('subscriptions').create({ session_id })
    return watch
  }

  /** What the look finds, as soon as an event lets it find something. */
  async until<T>(look: () => T | undefined | null | false): Promise<T> {
    for (;;) {
      const found = look()
      if (found) return found
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
    }
  }

  ended = (task_id: string): Promise<Task> =>
    this.until(() => {
      const task = this.tasks.get(task_id)
      return task && isTerminal(task.status) && task
    })

  /** @param past one that was answered already, whose event may be on its way still */
  pending = (past?: PermissionRequest): Promise<PermissionRequest> =>
    this.until(() =>
      [...this.requests.values()].find(({ id, status }) => status === 'pending' && id !== past?.id),
    )

  /** The texts of a task's final messages of one type, in their order. */
  texts(task_id: string, type: Message['type']): string[] {
    return [...this.messages.values()]
      .filter((message) => message.task_id === task_id && message.type === type)
      .sort((a, b) => a.seq - b.seq)
      .map(({ content }) => content.map((block) => (block as { text?: string }).text ?? '').join(''))
  }
}
