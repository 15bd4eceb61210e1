import type { Message, PermissionRequest, Session, Task, ToolCallBlock } from '@yardmaster/protocol'
import { isTerminal } from '@yardmaster/protocol'
import type { Person, TestDaemon } from '../daemon'
import { Watch } from './watch'

/** A session with OpenCode in a worktree of its own, led and followed by somebody who is no admin. */
export class Conversation {
  #latest: Task | null = null

  private constructor(
    readonly id: string,
    /** The worktree's directory. */
    readonly path: string,
    readonly watch: Watch,
    private readonly user: Person,
    private readonly yard: TestDaemon,
  ) {}

  static async begin(yard: TestDaemon, chosen: object = {}): Promise<Conversation> {
    const user = await yard.person()
    const { id: worktree_id, repo_id, path } = await yard.worktree({ grants: [[user, 'session']] })
    // Leave on the repo, for the worktree of a fork.
    await yard.admin.rest.service('grants').create({ repo_id, user_id: user.user.id, level: 'session' })
    const { id } = await yard.session(worktree_id, user, { harness: 'opencode', ...chosen })
    return Conversation.#follow(yard, user, { id, path })
  }

  static async #follow(yard: TestDaemon, user: Person, { id, path }: { id: string; path: string }) {
    const socket = await yard.socket(user.token)
    const watch = new Watch(socket)
    await socket.service('subscriptions').create({ session_id: id })
    return new Conversation(id, path, watch, user, yard)
  }

  /** The same session, led by somebody else who may prompt it. */
  async handedOn(): Promise<Conversation> {
    const user = await this.yard.person()
    const { worktree_id } = await this.session()
    await this.yard.admin.rest
      .service('grants')
      .create({ worktree_id, user_id: user.user.id, level: 'prompt' })
    return Conversation.#follow(this.yard, user, this)
  }

  /** A fork of it, in the same worktree or one of its own. */
  async forked(worktree: 'same' | 'new'): Promise<Conversation> {
    const { id, worktree_id } = await this.user.rest.service('sessions').fork({ id: this.id, worktree })
    const { path } = await this.user.rest.service('worktrees').get(worktree_id)
    return Conversation.#follow(this.yard, this.user, { id, path })
  }

  async prompt(prompt: string): Promise<Task> {
    this.#latest = await this.user.rest.service('sessions').prompt({ id: this.id, prompt })
    return this.#latest
  }

  /** The request for permission that is told of next. @throws Error when the task ends without one */
  asked(task: Task): Promise<PermissionRequest> {
    return this.beforeItEnds(task, () =>
      this.watch
        .rows('permission-requests')
        .find(({ task_id, status }) => task_id === task.id && status === 'pending'),
    )
  }

  /** Waits for what is to be seen while the task runs. @throws Error when the task ends before */
  beforeItEnds<T>(task: Task, look: () => T | undefined): Promise<T> {
    return this.watch.until(() => {
      const found = look()
      const ended = this.#ended(task)
      if (found === undefined && ended) throw new Error(`The task ended early: ${JSON.stringify(ended)}`)
      return found
    })
  }

  decide(request: PermissionRequest, option_id: string): Promise<PermissionRequest> {
    return this.user.rest.service('permission-requests').patch(request.id, { option_id })
  }

  async stop(task: Task): Promise<void> {
    await this.user.rest.service('sessions').stop({ id: this.id, task_id: task.id })
  }

  /** Stops what still runs, and waits for its end. */
  async end(): Promise<void> {
    if (!this.#latest || this.#ended(this.#latest)) return
    await this.stop(this.#latest)
    await this.ended(this.#latest)
  }

  /** The task as it was told of when it ended. */
  ended(task: Task): Promise<Task> {
    return this.watch.until(() => this.#ended(task))
  }

  #ended({ id }: Task): Task | undefined {
    return this.watch.rows('tasks').find((task) => task.id === id && isTerminal(task.status))
  }

  /** Prompts and waits for the end. */
  async told(prompt: string): Promise<Task> {
    return this.ended(await this.prompt(prompt))
  }

  session(): Promise<Session> {
    return this.user.rest.service('sessions').get(this.id)
  }

  /** As it is stored. */
  async transcript(): Promise<Message[]> {
    const query = { session_id: this.id, $sort: { seq: 1 }, $limit: 100 }
    return (await this.user.rest.service('messages').find({ query })).data
  }

  /** The same, each message in a line. */
  async lines(): Promise<string[]> {
    return (await this.transcript()).map(({ type, role, content: [block] }) => {
      const { title, status, text } = block as Partial<ToolCallBlock> & { text?: string }
      return type === 'tool_call' ? `${type} ${title}: ${status}` : `${type} of ${role}: ${text}`
    })
  }
}
