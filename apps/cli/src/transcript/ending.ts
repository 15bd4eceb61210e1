import type { SocketClient } from '@yardmaster/client'
import { isTerminal, type Session, type Task } from '@yardmaster/protocol'
import type { Watcher } from './watcher.js'

/** When following ends: with one task, once the session has nothing to do, or not by itself. */
export type Until = { task: string } | 'idle' | 'interrupted'

/** Decides when to stop following a session, and with which exit code: 0 completed, 1 ended otherwise. */
export class Ending implements Watcher {
  /** Resolves once it is over. */
  readonly code: Promise<number>
  /** Ends it with this code. */
  with!: (code: number) => void
  #begun = false
  #status: string | null = null

  constructor(
    private readonly client: SocketClient,
    private readonly session_id: string,
    private readonly until: Until,
  ) {
    this.code = new Promise((resolve) => {
      this.with = resolve
    })
  }

  /** What was there has been told; from now on it may be over. */
  begin(): void {
    this.#begun = true
    void this.#check()
  }

  task(task: Task): void {
    if (!isTerminal(task.status)) return
    if (typeof this.until === 'object' && task.id === this.until.task) this.#status = task.status
    void this.#check()
  }

  session(session: Session): void {
    if (isAtRest(session)) void this.#check()
  }

  // The row is asked for rather than taken from events: one that was overtaken would say idle too early. And what
  // else belongs to the ending, its last messages among it, has been heard by the time this is answered.
  async #check(): Promise<void> {
    if (!this.#begun || (this.until !== 'idle' && this.#status === null)) return
    const session = await this.client
      .service('sessions')
      .get(this.session_id)
      .catch(() => null) // a session that is gone ends the following by itself
    if (this.#status) this.with(codeOf(this.#status))
    else if (session && isAtRest(session)) this.with(codeOf(session.last_ending ?? 'completed'))
  }
}

/** Nothing runs, and nothing will unless somebody asks for it. */
const isAtRest = (session: Session): boolean =>
  session.status === 'idle' || session.status === 'archived' || session.held_by_task_id !== null

const codeOf = (status: string): number => (status === 'completed' ? 0 : 1)
