import type {
  ContentBlock,
  SessionUpdate,
  ToolCall,
  ToolCallContent,
} from '@agentclientprotocol/sdk/unstable'

/**
 * The conversation of a session as the updates that replay it: each message, tool call and plan once, in
 * its latest state.
 */
export type Transcript = SessionUpdate[]

/**
 * Adds an update to the transcript, or folds it into the entry that it changes. Entries are copies: the update
 * itself may still wait to be written to the client.
 */
export function remember(transcript: Transcript, update: SessionUpdate): void {
  switch (update.sessionUpdate) {
    case 'user_message_chunk':
    case 'tool_call':
      transcript.push(structuredClone(update))
      return
    case 'agent_message_chunk': {
      const last = transcript.at(-1)
      const grows = last?.sessionUpdate === update.sessionUpdate && last.messageId === update.messageId
      if (grows && last.content.type === 'text' && update.content.type === 'text') {
        last.content = { ...last.content, text: last.content.text + update.content.text }
      } else transcript.push(structuredClone(update))
      return
    }
    case 'tool_call_update': {
      const call = toolCalls(transcript).find((other) => other.toolCallId === update.toolCallId)
      const { sessionUpdate: _, ...changes } = update
      if (call) Object.assign(call, changes)
      return
    }
    case 'plan': {
      const turn = transcript.findLastIndex((other) => other.sessionUpdate === 'user_message_chunk')
      const plan = transcript.findIndex((other, at) => at > turn && other.sessionUpdate === 'plan')
      if (plan < 0) transcript.push(update)
      else transcript[plan] = update
      return
    }
    default:
    // Modes, options, commands and usage are the session's state and no part of the conversation.
  }
}

/** Ends the tool calls that an agent left open when it was killed. True if there were any. */
export function endInterrupted(transcript: Transcript): boolean {
  const open = toolCalls(transcript).filter(
    (call) => call.status === 'pending' || call.status === 'in_progress',
  )
  for (const call of open) {
    call.status = 'failed'
    call.content = [...(call.content ?? []), textContent('interrupted')]
  }
  return open.length > 0
}

/** The prompts of the transcript, numbered, each with its commands and how they ended. */
export function history(transcript: Transcript): string {
  let number = 0
  const lines = transcript.flatMap((update) => {
    if (update.sessionUpdate === 'user_message_chunk') {
      number += 1
      return [`${number}. ${blockText(update.content).replaceAll('\n', '\n   ')}`]
    }
    if (update.sessionUpdate === 'tool_call') return [`   ${update.title} → ${callEnd(update)}`]
    return []
  })
  return lines.length > 0 ? lines.join('\n') : 'nothing yet'
}

/** Words in everything that the transcript says, tool output included. */
export function words(transcript: Transcript): number {
  return transcript.reduce((sum, update) => sum + wordsOf(update), 0)
}

/** Words in content blocks; a block without text has none. */
export function wordsIn(blocks: readonly ContentBlock[]): number {
  return blocks.reduce((sum, block) => sum + countWords(blockText(block)), 0)
}

/** One text as the content of a tool call. */
export function textContent(text: string): ToolCallContent {
  return { type: 'content', content: { type: 'text', text } }
}

function wordsOf(update: SessionUpdate): number {
  switch (update.sessionUpdate) {
    case 'user_message_chunk':
    case 'agent_message_chunk':
      return wordsIn([update.content])
    case 'tool_call':
      return wordsIn(
        (update.content ?? []).flatMap((part) => (part.type === 'content' ? [part.content] : [])),
      )
    default:
      return 0
  }
}

function toolCalls(transcript: Transcript): ToolCall[] {
  return transcript.filter((update) => update.sessionUpdate === 'tool_call')
}

function callEnd(call: ToolCall): string {
  const output = call.rawOutput as { exit_code: number | null; signal: string | null } | undefined
  if (output) return String(output.exit_code ?? output.signal)
  const why = call.content?.at(-1)
  return why?.type === 'content' ? blockText(why.content) : (call.status ?? 'pending')
}

function blockText(block: ContentBlock): string {
  if (block.type === 'text') return block.text
  if (block.type === 'resource_link') return block.uri
  if (block.type === 'resource') return 'text' in block.resource ? block.resource.text : block.resource.uri
  return ''
}

function countWords(text: string): number {
  return text.match(/\S+/g)?.length ?? 0
}
