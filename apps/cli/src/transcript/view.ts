import type { Message, PermissionRequest, Task, ToolCallBlock } from '@yardmaster/protocol'
import { isTerminal } from '@yardmaster/protocol'
import { type Paint, plain } from '../output/text.js'
import { lasted } from '../output/time.js'
import { outputOf, subjectOf, textOfMessage, titleOf, toolCallOf } from './blocks.js'
import type { Watcher } from './watcher.js'

/** Lines of a tool's output that are shown when it ends, the last ones. */
const OUTPUT_LINES = 20

const styles = {
  prompt: { mark: '❯ ', paint: 'bold' },
  text: { mark: '', paint: null },
  thought: { mark: '∴ ', paint: 'dim' },
  notice: { mark: '! ', paint: 'yellow' },
} as const

/**
 * A session's transcript as lines that are only ever added to, so that it reads the same on a terminal, in a
 * file and through a pipe. Text appears as it grows.
 */
export class TranscriptView implements Watcher {
  /** By message: the text that stands there already. */
  readonly #shown = new Map<string, string>()
  readonly #toolStates = new Map<string, string>()
  readonly #requests = new Map<string, PermissionRequest['status']>()
  readonly #ended = new Set<string>()
  /** The message whose line is not finished yet. */
  #open: string | null = null

  /**
   * @param write takes pieces of text, not whole lines
   * @param hint stands under the options of a request: how to answer it here
   */
  constructor(
    private readonly write: (text: string) => void,
    private readonly color: Paint,
    private readonly hint: (request: PermissionRequest) => string | null = () => null,
  ) {}

  message(message: Message): void {
    if (message.type === 'tool_call') this.#toolCall(message)
    else if (message.type !== 'other') this.#text(message) // others are for programs: plans, commands, what is new
  }

  #text(message: Message): void {
    const shown = this.#shown.get(message.id)
    const text = textOfMessage(message)
    if (shown === undefined) {
      if (text) this.#begin(message, text)
    } else if (text.startsWith(shown)) {
      if (text.length > shown.length) this.#grow(message, text.slice(shown.length), text)
    } else if (message.status === 'final') this.#begin(message, text) // it came out otherwise: once more, whole
    if (message.status === 'final' && this.#open === message.id) this.#close()
  }

  #begin(message: Message, text: string): void {
    this.#close()
    if (message.type === 'prompt') this.write('\n')
    const { mark } = styles[message.type as keyof typeof styles]
    this.write(this.#style(message, mark + hang(text, mark)))
    this.#shown.set(message.id, text)
    this.#open = message.id
  }

  #grow(message: Message, more: string, text: string): void {
    if (this.#open !== message.id) {
      this.#close()
      this.write(this.color.dim('… '))
    }
    this.write(this.#style(message, hang(more, styles[message.type as keyof typeof styles].mark)))
    this.#shown.set(message.id, text)
    this.#open = message.id
  }

  #style(message: Message, text: string): string {
    const { paint } = styles[message.type as keyof typeof styles]
    return paint ? this.color[paint](text) : text
  }

  #toolCall(message: Message): void {
    const call = toolCallOf(message)
    if (!call) return
    const before = this.#toolStates.get(message.id)
    if (before === call.status) return
    this.#toolStates.set(message.id, call.status)
    if (before === undefined) this.line(`${this.color.cyan('●')} ${this.color.bold(titleOf(call))}`)
    if (call.status === 'completed' || call.status === 'failed') this.#toolEnd(call)
    else if (call.status === 'in_progress') this.line(this.color.dim(`  ${titleOf(call)}: running`))
  }

  #toolEnd(call: ToolCallBlock): void {
    const lines = outputOf(call)
      .trimEnd()
      .split('\n')
      .filter((line, _, all) => all.length > 1 || line)
    const left = lines.length - OUTPUT_LINES
    if (left > 0) this.line(this.color.dim(`  │ … ${left} earlier lines`))
    for (const line of lines.slice(-OUTPUT_LINES)) this.line(this.color.dim(`  │ ${line}`))
    const exit = (call.raw_output as { exit_code?: unknown } | null)?.exit_code
    const state = `${call.status}${typeof exit === 'number' ? ` (exit ${exit})` : ''}`
    this.line(
      call.status === 'completed'
        ? `  ${this.color.green('✓')} ${state}`
        : `  ${this.color.red('✗')} ${state}`,
    )
  }

  request(request: PermissionRequest): void {
    const before = this.#requests.get(request.id)
    if (before === request.status) return
    this.#requests.set(request.id, request.status)
    // One that was decided before we came is not told of: its tool call is.
    if (request.status === 'pending') this.#ask(request)
    else if (before !== undefined) {
      const option = request.options.find(({ option_id }) => option_id === request.option_id)
      this.line(this.color.dim(`  → ${plain(option?.name ?? request.status)}`))
    }
  }

  #ask(request: PermissionRequest): void {
    const { color } = this
    this.line(
      `${color.yellow('?')} ${color.yellow(request.form ? 'It asks:' : 'May it run:')} ${color.bold(subjectOf(request))}`,
    )
    for (const [at, option] of request.options.entries()) this.line(`    ${at + 1}  ${plain(option.name)}`)
    const hint = this.hint(request)
    if (hint) this.line(color.dim(`    ${hint}`))
  }

  task(task: Task): void {
    if (!isTerminal(task.status) || this.#ended.has(task.id)) return
    this.#ended.add(task.id)
    this.line(endingLine(task, this.color))
  }

  connection(state: 'lost' | 'back'): void {
    this.line(this.color.dim(state === 'lost' ? '· connection lost, trying again' : '· connected again'))
  }

  /** A line of its own. */
  line(text: string): void {
    this.#close()
    this.write(`${text}\n`)
  }

  #close(): void {
    if (this.#open) this.write('\n')
    this.#open = null
  }
}

/** Lines after the first, as far in as the first is by its mark. */
const hang = (text: string, mark: string) => text.replaceAll('\n', `\n${' '.repeat(mark.length)}`)

/** How a task ended, how long it ran, and what it changed. */
export function endingLine(task: Task, color: Paint): string {
  const parts = [
    task.started_at && task.completed_at
      ? `in ${lasted(Date.parse(task.completed_at) - Date.parse(task.started_at))}`
      : '',
    task.git_state?.files.length
      ? `${task.git_state.files.length} ${task.git_state.files.length === 1 ? 'file' : 'files'} changed`
      : '',
  ].filter(Boolean)
  const what = [task.status.replace('_', ' '), ...parts].join(', ').replace(', in', ' in')
  if (task.status === 'completed') return `${color.green('✓')} ${what}`
  if (task.status === 'stopped' || task.status === 'cancelled') return `${color.yellow('■')} ${what}`
  const why = [task.failure_reason, task.error?.message].filter(Boolean).join(': ')
  return `${color.red('✗')} ${what}${why ? `: ${plain(why)}` : ''}`
}
