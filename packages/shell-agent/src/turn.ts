import { randomUUID } from 'node:crypto'
import type { ContentBlock, PlanEntry, PromptResponse } from '@agentclientprotocol/sdk/unstable'
import { type CallEnd, callCommand } from './command-call.js'
import { commandsOf, parsePrompt, pictureOf, type SlashName, slashCommands } from './prompt.js'
import { askQuestion } from './question.js'
import type { Session } from './session.js'
import { history, words, wordsIn } from './transcript.js'

/** Characters that one chunk of a streamed message carries; more where that would make over 50 chunks. */
const CHUNK = 80
const MOST_CHUNKS = 50
const TITLE_LENGTH = 80

/**
 * The context window that usage is told against, in words. Nominal, as ACP wants a number here: nothing
 * is ever dropped from a session.
 */
const NOMINAL_WINDOW = 1_000_000

/**
 * Runs one prompt to its end and answers why it ended.
 *
 * Usage counts words where ACP says tokens: this agent has no tokens, and a word is the nearest thing that
 * can be counted truly. Input is the prompt, output all that the turn added to the transcript besides.
 *
 * @throws RequestError (invalid params) for content that is not read, before anything is remembered
 */
export async function runTurn(
  session: Session,
  prompt: ContentBlock[],
  signal: AbortSignal,
): Promise<PromptResponse> {
  const items = parsePrompt(prompt)
  const { transcript } = session.stored
  const earlier = transcript.length
  const wordsBefore = words(transcript)
  for (const content of prompt)
    transcript.push({ sessionUpdate: 'user_message_chunk', content: remembered(content) })
  session.stored.title ??= titleOf(prompt)
  session.save()

  const commands = commandsOf(items)
  const run = new CommandRun(session, commands, signal)
  for (const item of items) {
    if (signal.aborted || run.cancelled) break
    if (item.kind === 'text') await say(session, `You wrote:\n${item.text}`)
    else if (item.kind === 'command') await run.next(item.command)
    else if (item.kind === 'question') await ask(session, item.question, signal)
    else await say(session, answerSlash(session, item.name, earlier))
  }
  const cancelled = signal.aborted || run.cancelled
  if (!cancelled && commands.length > 0) await say(session, run.summary())
  else if (!cancelled && items.every((item) => item.kind === 'text')) await say(session, HINT)

  session.save()
  const total = words(transcript) - wordsBefore
  const inputTokens = wordsIn(prompt)
  await session.send({ sessionUpdate: 'usage_update', used: wordsBefore + total, size: NOMINAL_WINDOW })
  const { title, updated_at: updatedAt } = session.stored
  await session.send({ sessionUpdate: 'session_info_update', title, updatedAt })
  return {
    stopReason: cancelled ? 'cancelled' : 'end_turn',
    usage: { totalTokens: total, inputTokens, outputTokens: total - inputTokens },
  }
}

/** Each step of a turn writes the whole session: a picture in it would be written again and again. */
const remembered = (content: ContentBlock): ContentBlock =>
  content.type === 'image' ? { type: 'text', text: pictureOf(content) } : content

/** The commands of one prompt: which are done, what became of them, and the plan that shows it. */
class CommandRun {
  readonly #ends: CallEnd[] = []
  readonly #status: PlanEntry['status'][]
  #listed = 0

  constructor(
    private readonly session: Session,
    private readonly commands: string[],
    private readonly signal: AbortSignal,
  ) {
    this.#status = commands.map(() => 'pending')
    if (commands.length > 1 || (this.#listOnly && commands.length > 0)) this.#showPlan()
  }

  get cancelled(): boolean {
    return this.#ends.at(-1)?.kind === 'cancelled'
  }

  async next(command: string): Promise<void> {
    if (this.#ends.at(-1)?.kind === 'refused_with_the_rest') return
    if (this.#listOnly) {
      this.#listed += 1
      return
    }
    const at = this.#ends.length + this.#listed
    const end = await callCommand(this.session, command, this.signal, () => this.#mark(at, 'in_progress'))
    this.#ends.push(end)
    this.#mark(at, end.kind === 'ran' ? 'completed' : 'pending')
    this.session.save()
  }

  /** `ran 2 commands: 0, 1`, and how many did not run and why. */
  summary(): string {
    const results = this.#ends.flatMap((end) => (end.kind === 'ran' ? [end.result] : []))
    const refused = this.#ends.length - results.length
    const unasked = this.commands.length - this.#ends.length - this.#listed
    const ran = `ran ${results.length} ${results.length === 1 ? 'command' : 'commands'}`
    return [
      results.length > 0 ? `${ran}: ${results.join(', ')}` : ran,
      ...(refused > 0 ? [`${refused} not allowed`] : []),
      ...(unasked > 0 ? [`${unasked} not asked`] : []),
      ...(this.#listed > 0 ? [`${this.#listed} listed (plan mode)`] : []),
    ].join('; ')
  }

  // Looked up each time: the mode may change while a prompt runs, and then counts for what comes next.
  get #listOnly(): boolean {
    return this.session.stored.options.mode === 'plan'
  }

  #mark(at: number, status: PlanEntry['status']): void {
    this.#status[at] = status
    if (this.commands.length > 1) this.#showPlan()
  }

  #showPlan(): void {
    const entries = this.commands.map((content, at) => ({
      content,
      priority: 'medium' as const,
      status: this.#status[at] ?? 'pending',
    }))
    void this.session.update({ sessionUpdate: 'plan', entries })
  }
}

const HINT =
  'Lines that begin with "$ " are run here, each after you allow it, for example:\n$ git status\n/help tells more.'

function answerSlash(session: Session, name: SlashName, earlier: number): string {
  if (name === 'history') return history(session.stored.transcript.slice(0, earlier))
  if (name === 'help') {
    const list = Object.entries(slashCommands).map(([slash, description]) => `/${slash}: ${description}`)
    return [HINT, ...list].join('\n')
  }
  if (name === 'ask') return 'Put the question behind it: /ask Which branch?'
  const forgotten = Object.keys(session.stored.always).length
  session.stored.always = {}
  return `forgot ${forgotten} ${forgotten === 1 ? 'answer' : 'answers'}`
}

async function ask(session: Session, question: string, signal: AbortSignal): Promise<void> {
  const outcome = await askQuestion(session, question, signal)
  if (outcome !== null) await say(session, outcome)
}

async function say(session: Session, text: string): Promise<void> {
  const messageId = randomUUID()
  const characters = Array.from(text)
  const size = Math.max(CHUNK, Math.ceil(characters.length / MOST_CHUNKS))
  for (let at = 0; at < characters.length; at += size) {
    const chunk = characters.slice(at, at + size).join('')
    await session.update({
      sessionUpdate: 'agent_message_chunk',
      messageId,
      content: { type: 'text', text: chunk },
    })
  }
}

function titleOf(prompt: ContentBlock[]): string | null {
  const text = prompt.flatMap((block) => (block.type === 'text' ? block.text.split('\n') : []))
  const first = text.map((line) => line.trim()).find((line) => line !== '')
  return first ? Array.from(first).slice(0, TITLE_LENGTH).join('') : null
}
