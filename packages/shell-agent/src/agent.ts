import { randomUUID } from 'node:crypto'
import { statSync } from 'node:fs'
import { isAbsolute } from 'node:path'
import {
  type AgentApp,
  type AgentContext,
  agent,
  type InitializeRequest,
  methods,
  PROTOCOL_VERSION,
  type PromptRequest,
  type PromptResponse,
  RequestError,
} from '@agentclientprotocol/sdk/unstable'
import { choose, configOptions, defaultOptions, modeState } from './options.js'
import { slashCommands } from './prompt.js'
import { Session } from './session.js'
import { listPage } from './session-list.js'
import type { SessionStore, StoredSession } from './session-store.js'
import { endInterrupted } from './transcript.js'
import { runTurn } from './turn.js'

/** The shell agent: the sessions of one connection, and the ACP methods on them. */
export class ShellAgent {
  readonly #open = new Map<string, Session>()
  #takesQuestions = false

  constructor(
    private readonly store: SessionStore,
    private readonly version: string,
  ) {}

  /** The ACP methods, to be connected to a stream. */
  app(): AgentApp {
    const { session } = methods.agent
    return agent({ name: 'yardmaster-shell-agent' })
      .onRequest(methods.agent.initialize, ({ params }) => this.#initialize(params))
      .onRequest(session.new, ({ params, client }) => this.#create(client, blank(params.cwd)))
      .onRequest(session.fork, ({ params, client }) => {
        const source = this.#stored(params.sessionId)
        // A copy for whoever reads on, but consent was given to the source and stays there.
        const { id, cwd } = blank(params.cwd)
        endInterrupted(source.transcript)
        return this.#create(client, { ...source, id, cwd, always: {} })
      })
      .onRequest(session.load, async ({ params, client }) => {
        const opened = await this.#reopen(client, params.sessionId, params.cwd)
        for (const update of opened.stored.transcript) await opened.send(update)
        return this.#offer(opened)
      })
      .onRequest(session.resume, async ({ params, client }) =>
        this.#offer(await this.#reopen(client, params.sessionId, params.cwd)),
      )
      .onRequest(session.list, ({ params }) => listPage(this.store.list(), params.cwd, params.cursor))
      .onRequest(session.close, ({ params }) => this.#close(params.sessionId))
      .onRequest(session.delete, async ({ params }) => {
        await this.#open.get(params.sessionId)?.close()
        this.#open.delete(params.sessionId)
        this.store.remove(params.sessionId)
      })
      .onRequest(session.setMode, ({ params }) => this.#choose(params.sessionId, 'mode', params.modeId))
      .onRequest(session.setConfigOption, async ({ params }) => {
        await this.#choose(params.sessionId, params.configId, params.value)
        return { configOptions: configOptions(this.#session(params.sessionId).stored.options) }
      })
      .onRequest(session.prompt, ({ params, signal }) => this.#prompt(params, signal))
      .onNotification(session.cancel, ({ params }) => this.#open.get(params.sessionId)?.turn?.abort.abort())
  }

  /** Ends every running command with its whole tree, and resolves when they are gone and saved. */
  async close(): Promise<void> {
    await Promise.all([...this.#open.values()].map((session) => session.close()))
  }

  #initialize({ clientCapabilities }: InitializeRequest) {
    this.#takesQuestions = Boolean(clientCapabilities?.elicitation?.form)
    return {
      protocolVersion: PROTOCOL_VERSION,
      agentInfo: { name: 'yardmaster-shell-agent', title: 'Shell', version: this.version },
      agentCapabilities: {
        loadSession: true,
        promptCapabilities: { image: true, audio: false, embeddedContext: true },
        sessionCapabilities: { list: {}, resume: {}, fork: {}, close: {}, delete: {} },
      },
      authMethods: [],
    }
  }

  #create(client: AgentContext, stored: StoredSession) {
    const session = new Session(stored, client, this.store, this.#takesQuestions)
    session.save()
    this.#open.set(stored.id, session)
    return { sessionId: stored.id, ...this.#offer(session) }
  }

  async #reopen(client: AgentContext, id: string, cwd: string): Promise<Session> {
    requireDirectory(cwd)
    await this.#open.get(id)?.close()
    const stored = this.#stored(id)
    const interrupted = endInterrupted(stored.transcript)
    const moved = stored.cwd !== cwd
    stored.cwd = cwd
    const session = new Session(stored, client, this.store, this.#takesQuestions)
    if (interrupted || moved) session.save()
    this.#open.set(id, session)
    return session
  }

  /** What a client is told of a session that it has just opened; its slash commands follow the answer. */
  #offer(session: Session) {
    const availableCommands = Object.entries(slashCommands).map(([name, description]) => ({
      name,
      description,
    }))
    setImmediate(() => void session.send({ sessionUpdate: 'available_commands_update', availableCommands }))
    const { options } = session.stored
    return { modes: modeState(options), configOptions: configOptions(options) }
  }

  async #choose(sessionId: string, id: string, value: unknown): Promise<void> {
    const session = this.#session(sessionId)
    const { stored } = session
    const before = stored.options.mode
    stored.options = choose(stored.options, id, value)
    session.save()
    const { mode } = stored.options
    if (mode !== before) {
      await session.send({ sessionUpdate: 'current_mode_update', currentModeId: mode })
    }
    await session.send({
      sessionUpdate: 'config_option_update',
      configOptions: configOptions(stored.options),
    })
  }

  #prompt({ sessionId, prompt }: PromptRequest, requestSignal: AbortSignal): Promise<PromptResponse> {
    const session = this.#session(sessionId)
    if (session.turn) throw RequestError.invalidRequest({ sessionId }, 'a prompt of this session is running')
    const abort = new AbortController()
    const cancel = () => abort.abort()
    requestSignal.addEventListener('abort', cancel, { once: true })
    const done = runTurn(session, prompt, abort.signal).finally(() => {
      requestSignal.removeEventListener('abort', cancel)
      session.turn = null
    })
    session.turn = { abort, done }
    return done
  }

  async #close(id: string): Promise<void> {
    await this.#session(id).close()
    this.#open.delete(id)
  }

  #session(id: string): Session {
    return this.#open.get(id) ?? noSuchSession(id)
  }

  #stored(id: string): StoredSession {
    return this.store.read(id) ?? noSuchSession(id)
  }
}

function blank(cwd: string): StoredSession {
  requireDirectory(cwd)
  return {
    version: 1,
    id: randomUUID(),
    cwd,
    title: null,
    updated_at: new Date().toISOString(),
    options: defaultOptions,
    always: {},
    transcript: [],
  }
}

function requireDirectory(cwd: string): void {
  const isDirectory = isAbsolute(cwd) && statSync(cwd, { throwIfNoEntry: false })?.isDirectory()
  if (!isDirectory)
    throw RequestError.invalidParams({ cwd }, `cwd is no absolute path of a directory: ${cwd}`)
}

/** The code is the one that ACP gives to resources that do not exist. */
function noSuchSession(sessionId: string): never {
  throw new RequestError(-32002, `No such session: ${sessionId}`, { sessionId })
}
