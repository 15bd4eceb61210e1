import {
  type ClientContext,
  methods,
  PROTOCOL_VERSION,
  type PromptCapabilities,
} from '@agentclientprotocol/sdk'
import type { ExecutorOrder } from '@yardmaster/protocol'
import { Failure } from '../failure.js'
import { needsSignIn } from '../harness/refusals.js'
import { isObject, type Loose } from '../transcript/blocks.js'
import type { Offers } from './offers.js'

export interface OpenedSession {
  id: string
  how: 'new' | 'forked' | 'resumed' | 'loaded'
  /** Why a conversation that was to be continued is not, in words for people; null where nothing was lost. */
  loss: string | null
  /** What else than text its prompts may hold. */
  takes: PromptCapabilities
}

/**
 * Introduces the executor and opens the conversation: the one that the order names, by resume or else by load; a copy of
 * it where it is another session's; or a new one.
 *
 * @param onReplay true before a load or a fork, since what the harness tells from then on was told before; false if it was refused
 * @throws Failure when it speaks another version of ACP; the harness's own error otherwise
 */
export async function openSession(
  agent: ClientContext,
  { worktree, resume, session, harness }: ExecutorOrder,
  offers: Offers,
  onReplay: (replaying: boolean) => void,
): Promise<OpenedSession> {
  const hello = await agent.request(methods.agent.initialize, {
    protocolVersion: PROTOCOL_VERSION,
    clientInfo: { name: 'yardmaster', title: 'Yardmaster', version: '0.1.0' },
    // Agents work in the worktree themselves: nobody sits at an editor whose buffers would be newer than the files.
    clientCapabilities: {
      fs: { readTextFile: false, writeTextFile: false },
      terminal: false,
      session: { configOptions: { boolean: {} } },
      elicitation: { form: {} },
    },
  })
  if (hello.protocolVersion !== PROTOCOL_VERSION)
    throw new Failure(
      'harness_failed',
      `The agent speaks version ${hello.protocolVersion} of the Agent Client Protocol, and version ${PROTOCOL_VERSION} is needed.`,
    )
  offers.agent(hello.agentInfo)

  const place = { cwd: worktree.path, mcpServers: [] }
  const earlier = resume.agent_session_id
  const { loadSession, sessionCapabilities, promptCapabilities: takes = {} } = hello.agentCapabilities ?? {}
  const how = sessionCapabilities?.resume ? 'resumed' : loadSession ? 'loaded' : 'new'
  let loss: string | null = null

  if (resume.fork_from !== undefined && !(sessionCapabilities as Loose | undefined)?.fork)
    loss = 'it cannot fork conversations'
  else if (
    resume.fork_from !== undefined &&
    harness.forks_in_place &&
    session.source_worktree_id !== worktree.id
  )
    loss = 'a copy of it would work in the worktree of the session that this one was forked from'
  else if (resume.fork_from !== undefined) {
    // Some tell what was said before, as with a load; that is the source's transcript.
    onReplay(true)
    try {
      const params = { sessionId: resume.fork_from, ...place }
      const forked = await agent.request<Loose>('session/fork', params)
      return { id: openedId(forked, offers), how: 'forked', loss: null, takes }
    } catch (error) {
      if (needsSignIn(error)) throw error
      loss = `it answered: ${(error as Error).message}${detailOf(error)}`
    }
    onReplay(false)
  } else if (earlier !== null && how === 'new') loss = 'it cannot continue conversations'
  else if (earlier !== null) {
    const { resume: byResume, load } = methods.agent.session
    if (how === 'loaded') onReplay(true)
    try {
      offers.session(
        (await agent.request<Loose>(how === 'resumed' ? byResume : load, { sessionId: earlier, ...place })) ??
          {},
      )
      return { id: earlier, how: how as 'resumed' | 'loaded', loss: null, takes }
    } catch (error) {
      if (needsSignIn(error)) throw error
      onReplay(false)
      loss = `it answered: ${(error as Error).message}${detailOf(error)}`
    }
  }
  const opened = await agent.request<Loose>(methods.agent.session.new, place)
  return { id: openedId(opened, offers), how: 'new', loss, takes }
}

function openedId(opened: Loose, offers: Offers): string {
  if (typeof opened?.sessionId !== 'string')
    throw new Failure('harness_failed', 'The agent opened a session without saying its id.')
  offers.session(opened)
  return opened.sessionId
}

function detailOf(error: unknown): string {
  const { data } = error as { data?: unknown }
  if (isObject(data) && typeof data.details === 'string') return ` (${data.details})`
  return ''
}
