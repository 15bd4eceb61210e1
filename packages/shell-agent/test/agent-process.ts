import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import {
  type ClientConnection,
  type ContentBlock,
  client,
  methods,
  ndJsonStream,
  type RequestPermissionOutcome,
  type RequestPermissionRequest,
  type SessionUpdate,
} from '@agentclientprotocol/sdk/unstable'
import { hasEnded, readProcess } from '@yardmaster/processes'

const program = join(__dirname, '..', 'dist', 'index.js')

type Answer = (request: RequestPermissionRequest) => Promise<RequestPermissionOutcome>

/** Answers every permission request with one option. */
export function choose(optionId: string): Answer {
  return async () => ({ outcome: 'selected', optionId })
}

/** A temporary directory for a state or a cwd; the path has no symbolic link in it. */
export function temporaryDirectory(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), 'shell-agent-')))
}

/** The built agent as a real process, and an ACP client that keeps what it says. */
export class AgentProcess {
  readonly updates: SessionUpdate[] = []
  readonly asked: RequestPermissionRequest[] = []
  answer: Answer = choose('allow_once')
  readonly process: ChildProcess
  readonly stdout: Buffer[] = []
  readonly connection: ClientConnection
  #watchers = new Set<() => void>()

  constructor(readonly state: string) {
    if (!existsSync(program)) throw new Error(`${program} is missing: run "npm run build" first`)
    const child = spawn(process.execPath, [program], {
      env: { ...process.env, SHELL_AGENT_STATE: state },
      stdio: ['pipe', 'pipe', 'inherit'],
    })
    this.process = child
    child.stdout.on('data', (chunk) => this.stdout.push(chunk))
    this.connection = client({ name: 'test' })
      .onRequest(methods.client.session.requestPermission, async ({ params }) => {
        this.asked.push(params)
        this.#notice()
        return { outcome: await this.answer(params) }
      })
      .onNotification(methods.client.session.update, ({ params }) => {
        this.updates.push(params.update)
        this.#notice()
      })
      .connect(
        ndJsonStream(
          Writable.toWeb(child.stdin) as WritableStream<Uint8Array>,
          Readable.toWeb(child.stdout) as ReadableStream<Uint8Array>,
        ),
      )
  }

  get agent() {
    return this.connection.agent
  }

  initialize() {
    return this.agent.request('initialize', { protocolVersion: 1, clientCapabilities: {} })
  }

  /** A new session in a directory, once its slash commands have been told. */
  async newSession(cwd: string): Promise<string> {
    const { sessionId } = await this.agent.request('session/new', { cwd, mcpServers: [] })
    await this.until(() => this.of('available_commands_update').length > 0)
    return sessionId
  }

  prompt(sessionId: string, ...blocks: (string | ContentBlock)[]) {
    const prompt = blocks.map(
      (block): ContentBlock => (typeof block === 'string' ? { type: 'text', text: block } : block),
    )
    return this.agent.request('session/prompt', { sessionId, prompt })
  }

  /** The updates of one kind, in the order they came. */
  of<K extends SessionUpdate['sessionUpdate']>(kind: K): Extract<SessionUpdate, { sessionUpdate: K }>[] {
    return this.updates.filter((update) => update.sessionUpdate === kind) as never
  }

  /** What the agent has said, messages joined. */
  get said(): string {
    const texts = new Map<string, string>()
    for (const { messageId, content } of this.of('agent_message_chunk')) {
      const text = content.type === 'text' ? content.text : ''
      texts.set(messageId ?? '', (texts.get(messageId ?? '') ?? '') + text)
    }
    return [...texts.values()].join('\n')
  }

  /** The text of a tool call's last content, by its title. */
  outputOf(title: string): string {
    const id = this.of('tool_call').find((call) => call.title === title)?.toolCallId
    const changes = this.of('tool_call_update').filter((change) => change.toolCallId === id && change.content)
    const parts = changes.at(-1)?.content ?? []
    return parts
      .map((part) => (part.type === 'content' && 'text' in part.content ? part.content.text : ''))
      .join('\n')
  }

  /** Resolves as soon as an update or a permission request makes the condition true. */
  async until(condition: () => boolean): Promise<void> {
    if (condition()) return
    await new Promise<void>((resolve) => {
      const watch = () => {
        if (!condition()) return
        this.#watchers.delete(watch)
        resolve()
      }
      this.#watchers.add(watch)
    })
  }

  /** Ends the process by a signal, or by closing its input, and resolves with how it ended. */
  async end(signal?: NodeJS.Signals): Promise<[number | null, NodeJS.Signals | null]> {
    const child = this.process
    if (child.exitCode !== null || child.signalCode !== null) return [child.exitCode, child.signalCode]
    const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
    if (signal) child.kill(signal)
    else child.stdin?.end()
    return exited
  }

  #notice(): void {
    for (const watch of [...this.#watchers]) watch()
  }
}

/** Starts agents on temporary state and ends them, with their directories, after each test. */
export function withAgents() {
  let agents: AgentProcess[] = []
  let directories: string[] = []
  afterEach(async () => {
    await Promise.all(agents.map((agent) => agent.end('SIGKILL')))
    for (const directory of directories) rmSync(directory, { recursive: true })
    agents = []
    directories = []
  })
  const directory = () => {
    const path = temporaryDirectory()
    directories.push(path)
    return path
  }
  const start = async (state: string) => {
    const agent = new AgentProcess(state)
    agents.push(agent)
    await agent.initialize()
    return agent
  }
  return { directory, start }
}

/** Whether a process is alive; a zombie is not. */
export function isAlive(pid: number): boolean {
  const found = readProcess(pid)
  return found !== null && !hasEnded(found)
}
