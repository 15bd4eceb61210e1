import { randomUUID } from 'node:crypto'
import type { ToolCall, ToolCallContent, ToolCallUpdate } from '@agentclientprotocol/sdk/unstable'
import { type CommandEnd, runCommand } from './command.js'
import { timeoutMs } from './options.js'
import { Output } from './output.js'
import { Pacer } from './pacer.js'
import { askPermission } from './permission.js'
import type { Session } from './session.js'
import { textContent } from './transcript.js'

/** How one command of a prompt ended. */
export type CallEnd =
  | { kind: 'ran'; result: string }
  | { kind: 'refused' }
  | { kind: 'refused_with_the_rest' }
  | { kind: 'cancelled' }

/** Takes one command through permission, run and report, as one ACP tool call. */
export async function callCommand(
  session: Session,
  command: string,
  signal: AbortSignal,
  onStart: () => void,
): Promise<CallEnd> {
  const toolCall: ToolCall = {
    toolCallId: randomUUID(),
    title: command,
    kind: 'execute',
    status: 'pending',
    rawInput: { command },
  }
  const change = (changes: Omit<ToolCallUpdate, 'toolCallId'>) =>
    session.update({ sessionUpdate: 'tool_call_update', toolCallId: toolCall.toolCallId, ...changes })
  const fail = (text: string) => change({ status: 'failed', content: [textContent(text)] })

  void session.update({ sessionUpdate: 'tool_call', ...toolCall })
  session.save()
  const decision = await askPermission(session, toolCall, command, signal)
  if (decision === 'cancelled') {
    void fail('cancelled')
    return { kind: 'cancelled' }
  }
  if (decision !== 'allowed') {
    void fail('not allowed')
    return { kind: decision }
  }

  onStart()
  void change({ status: 'in_progress' })
  session.save()
  const output = new Output()
  const pacer = new Pacer(
    () => change({ content: [textContent(output.text(false))] }),
    () => output.size,
  )
  try {
    const { options, cwd } = session.stored
    const end = await runCommand({
      command,
      shell: options.shell,
      cwd,
      timeout: timeoutMs(options),
      signal,
      onOutput: (chunk) => {
        output.append(chunk)
        pacer.poke()
      },
    })
    pacer.stop()
    if (end.left) session.background.push(end.left)
    void change({
      status: end.exitCode === 0 && !end.stopped ? 'completed' : 'failed',
      content: report(output, end, options.timeout),
      rawOutput: { exit_code: end.exitCode, signal: end.signal },
    })
    if (end.stopped === 'cancelled') return { kind: 'cancelled' }
    return { kind: 'ran', result: end.stopped ?? String(end.exitCode ?? end.signal) }
  } catch (error) {
    pacer.stop()
    void fail(`could not start: ${(error as Error).message}`)
    return { kind: 'ran', result: 'could not start' }
  }
}

function report(output: Output, end: CommandEnd, timeout: string): ToolCallContent[] {
  const text = output.text(true)
  const notes = text ? [text] : []
  if (end.stopped === 'timed out') notes.push(`timed out after ${timeout} seconds`)
  if (end.stopped === 'cancelled') notes.push('cancelled')
  if (end.survivors.length > 0) notes.push(`processes that could not be ended: ${end.survivors.join(', ')}`)
  return notes.map(textContent)
}
