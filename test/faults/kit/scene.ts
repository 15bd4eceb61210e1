import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  isTerminal,
  type Message,
  type PermissionRequest,
  type Session,
  type SessionEvent,
  type Task,
} from '@yardmaster/protocol'
import { until } from './until'
import { patiently, type Yard } from './yard'

let number = 0

/** One session in a worktree of its own, with one prompt whose command leaves a trace each time it is run. */
export class Scene {
  #task: Task | null = null

  private constructor(
    readonly yard: Yard,
    readonly session_id: string,
    private readonly name: string,
  ) {}

  static async set(yard: Yard, chosen: object = {}): Promise<Scene> {
    number += 1
    const name = `scene-${number}`
    const worktree_id = await yard.worktree(name)
    const { id } = await yard.client
      .service('sessions')
      .create({ worktree_id, harness: 'shell', permission_mode: 'auto', ...chosen })
    return new Scene(yard, id, name)
  }

  /** The task as it was last looked at. */
  get task(): Task {
    if (!this.#task) throw new Error('Nothing was prompted yet')
    return this.#task
  }

  /** How often the command was begun. */
  ran(): number {
    return existsSync(this.#trace) ? readFileSync(this.#trace, 'utf8').split('\n').length - 1 : 0
  }

  async prompt(body: string): Promise<void> {
    this.#task = await this.#sessions.prompt({ id: this.session_id, prompt: this.#words(body) })
  }

  /** Something else in the same session, with nothing in its way, to its end. */
  async promptAgain(): Promise<Task> {
    this.open()
    await patiently(() => this.#sessions.patch(this.session_id, { permission_mode: 'auto' }))
    const { id } = await patiently(() =>
      this.#sessions.prompt({ id: this.session_id, prompt: '$ echo again', idempotency_key: 'again' }),
    )
    return until(async () => ended(await this.#get(id)))
  }

  /** Looks at the task until it is so. */
  async taskIs(isSo: (task: Task) => boolean): Promise<Task> {
    this.#task = await until(async () => {
      const task = await this.#get(this.task.id)
      return isSo(task) && task
    })
    return this.#task
  }

  ended(): Promise<Task> {
    return this.taskIs(({ status }) => isTerminal(status))
  }

  session(): Promise<Session> {
    return patiently(() => this.#sessions.get(this.session_id))
  }

  async messages(): Promise<Message[]> {
    const query = { session_id: this.session_id, $sort: { seq: 1 }, $limit: 100 }
    return (await patiently(() => this.yard.client.service('messages').find({ query }))).data
  }

  async events(): Promise<SessionEvent[]> {
    const events: SessionEvent[] = []
    for (let page: SessionEvent[] | null = null; page === null || page.length > 0; events.push(...page)) {
      const query = { session_id: this.session_id, after: events.at(-1)?.seq ?? 0 }
      page = (await patiently(() => this.yard.client.service('session-events').find({ query }))).data
    }
    return events
  }

  async requests(): Promise<PermissionRequest[]> {
    const query = { session_id: this.session_id }
    return (await patiently(() => this.yard.client.service('permission-requests').find({ query }))).data
  }

  /** Allows what is asked for, if anything still is. */
  async allow(): Promise<void> {
    for (const { id, status } of await this.requests())
      if (status === 'pending')
        await patiently(() =>
          this.yard.client.service('permission-requests').patch(id, { option_id: 'allow_once' }),
        )
  }

  async stop(): Promise<void> {
    await patiently(() => this.#sessions.stop({ id: this.session_id, task_id: this.task.id }))
  }

  /** Keeps the agent of this worktree from speaking, if it is the gated one. */
  shut(): void {
    writeFileSync(this.#shut, '')
  }

  /** Lets go on what waits here. */
  open(): void {
    rmSync(this.#shut, { force: true })
    writeFileSync(this.#gate, '')
  }

  #words(body: string): string {
    return `Here it goes.\n$ echo ran >> ${this.#trace}; ${body.replaceAll('GATE', this.#gate)}`
  }

  get #trace(): string {
    return join(this.yard.gates, `${this.name}.ran`)
  }

  get #gate(): string {
    return join(this.yard.gates, `${this.name}.open`)
  }

  get #shut(): string {
    return join(this.yard.gates, `${this.name}.shut`)
  }

  get #sessions() {
    return this.yard.client.service('sessions')
  }

  #get(id: string): Promise<Task> {
    return patiently(() => this.yard.client.service('tasks').get(id))
  }
}

const ended = (task: Task): Task | null => (isTerminal(task.status) ? task : null)
