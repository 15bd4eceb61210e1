import {
  type Client,
  codeOf,
  connectRest,
  fetchAttachment,
  isPassing,
  persist,
  statusOf,
} from '@yardmaster/client'
import type { ExecutorOrder, Message, PermissionRequest, Task, TaskExecutorPatch } from '@yardmaster/protocol'
import { Lost } from '../failure.js'
import { log } from '../log.js'

/** Milliseconds between tries at most, while the daemon does not answer. */
const LONGEST_PAUSE = 2_000

export type NewMessage = Pick<Message, 'type' | 'role' | 'content' | 'status'> & { client_id: string }
/** Leave for a tool call with options to choose from, or a form with the options that every form has. */
export type NewRequest = { client_id: string; tool_call?: object } & (
  | Pick<PermissionRequest, 'options'>
  | { form: object }
)
export type Report = { plan?: unknown; commands?: unknown; offered?: object; usage?: object }

/** The daemon, as this one attempt may talk to it. Calls go on until they are answered for good. */
export class Daemon {
  readonly #client: Client
  readonly #place: { session_id: string; task_id: string }
  readonly #over = new AbortController()
  readonly #access: { url: string; token: string }
  #away = false
  /** Called once, when the daemon lets this attempt say nothing more. */
  onLost: (lost: Lost) => void = () => {}

  constructor(order: ExecutorOrder) {
    this.#client = connectRest(order.daemon_url, order.token, this.#over.signal)
    this.#access = { url: order.daemon_url, token: order.token }
    this.#place = { session_id: order.session.id, task_id: order.task.id }
  }

  /** Whether the last call was not answered. */
  get away(): boolean {
    return this.#away
  }

  /** Ends every call under way, as failed. */
  hangUp(): void {
    this.#over.abort()
  }

  task(): Promise<Task> {
    return this.#persist(() => this.#client.service('tasks').get(this.#place.task_id))
  }

  patchTask(patch: TaskExecutorPatch): Promise<Task> {
    return this.#persist(() => this.#client.service('tasks').patch(this.#place.task_id, patch))
  }

  /** The content of a file that came with the prompt. */
  attachment(id: string): Promise<Blob> {
    const { url, token } = this.#access
    return this.#persist(() => fetchAttachment(url, token, id, this.#over.signal))
  }

  report(report: Report): Promise<unknown> {
    const data = { id: this.#place.session_id, ...report }
    return this.#persist(() => this.#client.service('sessions').report(data))
  }

  createMessage(message: NewMessage): Promise<Message> {
    return this.#persist(() => this.#client.service('messages').create({ ...this.#place, ...message }))
  }

  patchMessage(id: string, patch: Partial<Pick<Message, 'content' | 'status'>>): Promise<Message> {
    return this.#persist(() => this.#client.service('messages').patch(id, patch))
  }

  /** A hint to whoever watches: tried once. The next flush of the message makes a lost one good. */
  async chunk(id: string, block: number, offset: number, text: string): Promise<void> {
    try {
      await this.#client.service('messages').chunk({ id, block, offset, text })
    } catch (error) {
      this.#noteLoss(error)
    }
  }

  createRequest(request: NewRequest): Promise<PermissionRequest> {
    const data = { ...this.#place, ...request }
    return this.#persist(() => this.#client.service('permission-requests').create(data))
  }

  /** The harness does not wait for the answer any more. */
  withdrawRequest(id: string): Promise<PermissionRequest> {
    const service = this.#client.service('permission-requests')
    return this.#persist(() => service.patch(id, { status: 'cancelled' }))
  }

  /** The request as it stands when it is decided, or after 25 s. */
  awaitRequest(id: string, signal: AbortSignal): Promise<PermissionRequest> {
    const service = this.#client.service('permission-requests')
    return this.#persist(() => service.get(id, { query: { wait: 25 } }), signal)
  }

  async #persist<T>(call: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    const signals = signal ? [signal, this.#over.signal] : [this.#over.signal]
    try {
      const answer = await persist(call, {
        signal: AbortSignal.any(signals),
        longest: LONGEST_PAUSE,
        onRetry: () => this.#noteAnswer(false),
      })
      this.#noteAnswer(true)
      return answer
    } catch (error) {
      this.#noteLoss(error)
      throw error
    }
  }

  #noteAnswer(answered: boolean): void {
    if (this.#away === answered)
      log(answered ? 'the daemon answers again' : 'the daemon does not answer; waiting')
    this.#away = !answered
  }

  #noteLoss(error: unknown): void {
    if (endsAttempt(error)) this.onLost(new Lost(codeOf(error) ?? 'NOT_AUTHENTICATED'))
  }
}

/** Whether the answer says that this attempt is over, whatever the call was. */
export function endsAttempt(error: unknown): boolean {
  const code = codeOf(error)
  return code === 'FENCED' || code === 'TASK_TERMINAL' || isUnauthorized(error)
}

export const isUnauthorized = (error: unknown): boolean => statusOf(error) === 401

/** Whether the daemon answered, and no. */
export const isRefusal = (error: unknown): boolean => !isPassing(error)
