import type { AgentContext, SessionUpdate } from '@agentclientprotocol/sdk/unstable'
import { methods } from '@agentclientprotocol/sdk/unstable'
import { endTree } from '@yardmaster/processes'
import type { Background } from './command.js'
import type { SessionStore, StoredSession } from './session-store.js'
import { remember } from './transcript.js'

/** A session that this connection has open. */
export class Session {
  /** The prompt that runs now. */
  turn: { abort: AbortController; done: Promise<unknown> } | null = null
  /** What ended commands left running in the background. */
  readonly background: Background[] = []

  constructor(
    readonly stored: StoredSession,
    readonly client: AgentContext,
    private readonly store: SessionStore,
    /** Whether the client shows forms (ACP elicitation). */
    readonly takesQuestions: boolean,
  ) {}

  /**
   * Remembers the update and sends it. Resolves when it is written, so that a fast command cannot fill
   * the memory before a slow client; updates keep their order without waiting.
   */
  async update(update: SessionUpdate): Promise<void> {
    remember(this.stored.transcript, update)
    await this.send(update)
  }

  /** Sends an update that is not to be remembered, as a replay. */
  async send(update: SessionUpdate): Promise<void> {
    try {
      await this.client.notify(methods.client.session.update, { sessionId: this.stored.id, update })
    } catch {
      // The client is gone. The turn goes on to its end, which the closed connection has begun.
    }
  }

  save(): void {
    this.stored.updated_at = new Date().toISOString()
    this.store.save(this.stored)
  }

  /** Ends the running prompt and everything in the background, and waits for both. */
  async close(): Promise<void> {
    this.turn?.abort.abort()
    await this.turn?.done.catch(() => {})
    await Promise.all(this.background.splice(0).map(({ tree, known }) => endTree(tree, { known })))
  }
}
