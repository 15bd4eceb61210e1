import { setTimeout as delay } from 'node:timers/promises'
import { type ContentBlock, methods } from '@agentclientprotocol/sdk'
import type { PromptResponse } from '@agentclientprotocol/sdk/unstable'
import { codeOf } from '@yardmaster/client'
import type { Enclosure } from '@yardmaster/processes'
import type { ExecutorOrder, GitState, TaskExecutorPatch } from '@yardmaster/protocol'
import { applyChoices } from './acp/choose.js'
import { type Link, openLink } from './acp/link.js'
import { Offers } from './acp/offers.js'
import { type OpenedSession, openSession } from './acp/open-session.js'
import { Clock } from './clock.js'
import type { Daemon } from './daemon/daemon.js'
import type { Outbox } from './daemon/outbox.js'
import { Reporter } from './daemon/reporter.js'
import { Failure } from './failure.js'
import { Harness } from './harness/harness.js'
import { failureOf, isSessionUnknown } from './harness/refusals.js'
import { log } from './log.js'
import { endOwnTree } from './own-tree.js'
import { People } from './permission/people.js'
import { Permissions } from './permission/permissions.js'
import { Questions } from './permission/questions.js'
import { promptBlocks } from './prompt/blocks.js'
import { Transcript } from './transcript/transcript.js'
import { Updates } from './updates.js'
import { turnUsage } from './usage.js'

/** Milliseconds that a harness gets to finish once it was told to cancel. */
const CANCEL = 5_000

/** Milliseconds that a harness whose output ended gets to end, before this counts as a broken protocol. */
const AFTER_OUTPUT = 2_000

/** Milliseconds to wait for the stop that a refused start foretells: the runtime hears of it within a heartbeat. */
const STOP_DUE = 60_000

/** One prompt and its answer: the harness from its start to its end. */
export class Conversation {
  readonly #offers = new Offers()
  readonly #reporter: Reporter
  readonly #transcript: Transcript
  readonly #updates: Updates
  readonly #people: People
  readonly #permissions: Permissions
  readonly #questions: Questions
  readonly #idle: Clock
  readonly #whole: Clock
  #harness: Harness | null = null
  #link: Link | null = null
  #session: OpenedSession | null = null
  #prompt: ContentBlock[] = []
  #answer: Promise<PromptResponse> | null = null
  #over = false

  /** @param cut ends the wait for {@link hold}: the harness died, or a time limit was met */
  constructor(
    private readonly order: ExecutorOrder,
    private readonly daemon: Daemon,
    private readonly outbox: Outbox,
    private readonly enclosure: () => Promise<Enclosure>,
    private readonly cut: (why: Failure) => void,
  ) {
    this.#reporter = new Reporter(daemon, outbox)
    this.#transcript = new Transcript(daemon, outbox, order.task.prompt)
    this.#updates = new Updates(this.#transcript, this.#offers, this.#reporter)
    this.#idle = new Clock(order.idle_timeout, () => cut(timeOut('idle_timeout', order.idle_timeout)))
    this.#whole = new Clock(order.run_timeout, () => cut(timeOut('run_timeout', order.run_timeout)))
    this.#people = new People(daemon, outbox, (asking) => {
      for (const clock of [this.#idle, this.#whole]) asking ? clock.rest('asking') : clock.wake('asking')
    })
    this.#permissions = new Permissions(order, this.#transcript, this.#people)
    this.#questions = new Questions(order, this.#transcript, this.#people)
  }

  /**
   * Starts the harness, opens the session, reports the start and sends the prompt.
   *
   * @param state of the worktree, told with the start
   * @throws Failure
   */
  async hold(state: GitState): Promise<PromptResponse> {
    try {
      await this.#begin()
      await this.#reportStart(state)
      return await this.#ask()
    } catch (error) {
      if (error instanceof Failure) throw error
      // A connection that closed is told by whoever saw it close, with the reason.
      if (this.#link?.signal.aborted) return new Promise(() => {})
      throw failureOf(error, this.#harness?.hide ?? String)
    }
  }

  /** Tells the harness to stop. Resolves with its answer, or null when there is none in time. */
  async cancel(): Promise<PromptResponse | null> {
    this.#over = true
    this.#people.cancel()
    if (!this.#answer || !this.#session) return null
    await this.#link?.agent
      .notify(methods.agent.session.cancel, { sessionId: this.#session.id })
      .catch(() => {})
    return Promise.race([this.#answer.catch(() => null), delay(CANCEL, null)])
  }

  /** Puts the rest of what was told into the outbox; nothing is added to the conversation any more. */
  finish(): void {
    this.#over = true
    this.#people.cancel()
    this.#transcript.finish()
    this.#reporter.flush()
    for (const clock of [this.#idle, this.#whole]) clock.rest('over')
  }

  /** Ends the harness and its processes. @param patience as in {@link Harness.close} */
  async close(patience: number): Promise<void> {
    this.#over = true
    // Without a harness there may still be one on its way up.
    await (this.#harness ? this.#harness.close(patience) : endOwnTree(patience))
    this.#link?.close()
  }

  /** What is known for the task by now. */
  facts(): Pick<TaskExecutorPatch, 'agent_session_id' | 'work_dir' | 'model' | 'usage'> {
    const model = this.#offers.currentModel ?? this.order.session.model
    const { usage } = this.#updates
    return {
      ...(this.#session ? { agent_session_id: this.#session.id, work_dir: this.order.worktree.path } : {}),
      ...(model ? { model: model.slice(0, 200) } : {}),
      ...(Object.keys(usage).length > 0 ? { usage } : {}),
    }
  }

  async #begin(): Promise<void> {
    if (this.#over) return
    const enclosure = await this.enclosure().catch((error: Error) => {
      throw new Failure('cannot_start', `The agent cannot be shut in: ${error.message}`)
    })
    if (this.#over) return
    const harness = await Harness.start(this.order, enclosure)
    this.#harness = harness
    this.#idle.start()
    this.#whole.start()
    this.#link = openLink(harness, {
      onUpdate: (params) => this.#updates.take(params),
      onPermission: (request, withdrawn) => this.#permissions.answer(request, withdrawn),
      onQuestion: (question, withdrawn) => this.#questions.answer(question, withdrawn),
      onRead: () => this.#idle.reset(),
      room: () => this.#room(),
    })
    this.#watch(harness, this.#link)

    const { agent } = this.#link
    const opened = await openSession(agent, this.order, this.#offers, (replaying) => {
      this.#updates.replaying = replaying
    })
    this.#session = opened
    log(`agent session ${opened.how}`)
    await applyChoices(agent, opened.id, this.order.session, this.#offers)
    this.#prompt = await promptBlocks(this.order, this.daemon, opened.takes)
  }

  async #reportStart(state: GitState): Promise<void> {
    if (this.#over) return
    try {
      await this.daemon.patchTask({ status: 'running', git_state: state, ...this.facts() })
    } catch (error) {
      // A stop was asked for meanwhile; its signal is on the way.
      if (codeOf(error) === 'INVALID_TRANSITION') await delay(STOP_DUE)
      throw new Failure('cannot_start', `The daemon refused the start: ${(error as Error).message}`)
    }
    this.#updates.reportOffers()
    const { loss } = this.#session ?? {}
    if (loss)
      this.#transcript.notice(
        `The agent could not continue the earlier conversation: ${loss}. It starts anew, without the history.`,
      )
    if (this.order.made_anew)
      this.#transcript.notice(
        "The worktree's directory was gone. It has been made anew from its branch: what was not committed is not in it. A fork from an earlier task has the files of that moment.",
      )
    for (const name of this.order.identity.unreadable)
      this.#transcript.notice(
        `The environment entry ${name} cannot be read any more, since the daemon's key was changed; the agent runs without it. Set it again with: yardmaster env set ${name}`,
      )
    this.outbox.open()
  }

  async #ask(): Promise<PromptResponse> {
    if (this.#over || !this.#link || !this.#session)
      throw new Failure('cannot_start', 'The run was ended before its prompt was sent.')
    const { id, how } = this.#session
    this.#updates.replaying = false
    this.#answer = this.#link.agent.request(methods.agent.session.prompt, {
      sessionId: id,
      prompt: this.#prompt,
    })
    try {
      const response = await this.#answer
      if (response.stopReason === 'cancelled' && this.#people.expired)
        throw new Failure('request_expired', 'Nobody answered the agent in time, so it gave up.')
      this.#updates.usage = { ...turnUsage(response.usage), ...this.#updates.usage }
      return response
    } catch (error) {
      if (how !== 'new' && isSessionUnknown(error))
        throw new Failure(
          'agent_session_lost',
          `The agent has lost the conversation: ${(error as Error).message}`,
        )
      throw error
    }
  }

  #watch(harness: Harness, link: Link): void {
    void harness.died(link.closed).then((failure) => this.cut(failure))
    void link.closed.then(async () => {
      await delay(AFTER_OUTPUT)
      const why = (link.signal.reason as Error | undefined)?.message ?? 'it closed its output'
      this.cut(new Failure('harness_failed', `The connection to the agent broke: ${why}`, harness.stderr()))
    })
  }

  /** While the harness is kept from talking, its silence says nothing. */
  async #room(): Promise<void> {
    this.#idle.rest('full')
    await this.outbox.room()
    this.#idle.wake('full')
  }
}

function timeOut(reason: 'idle_timeout' | 'run_timeout', limit: number): Failure {
  const seconds = limit / 1000
  return reason === 'idle_timeout'
    ? new Failure(reason, `The agent gave no sign of life for ${seconds} seconds.`)
    : new Failure(reason, `The run took longer than the ${seconds} seconds it may take.`)
}
