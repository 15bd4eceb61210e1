import type { Message, PermissionRequest, ToolCallBlock } from '@yardmaster/protocol'
import { brief, plain } from '../output/text.js'

interface AnyBlock {
  type: string
  [field: string]: unknown
}

/** What a message says, as text; what is no text is named in brackets. */
export function textOfMessage(message: Message): string {
  return (message.content as AnyBlock[]).map(textOfBlock).join('')
}

function textOfBlock(block: AnyBlock): string {
  switch (block.type) {
    case 'text':
      return plain(String(block.text ?? ''))
    case 'image':
    case 'audio':
      return `[${block.type} ${brief(String(block.mime_type ?? ''))}]`
    case 'resource':
      return `[resource ${brief(String((block.resource as { uri?: unknown } | undefined)?.uri ?? ''))}]`
    case 'resource_link':
      return `[${brief(String(block.name ?? ''))}](${brief(String(block.uri ?? ''))})`
    case 'attachment':
      return `\n[${brief(String(block.name ?? ''))}]`
    case 'acp':
      return `[${brief(String((block.update as { sessionUpdate?: unknown })?.sessionUpdate ?? 'update'))}]`
    default:
      return `[${brief(block.type)}]`
  }
}

export const toolCallOf = (message: Message): ToolCallBlock | undefined =>
  (message.content as AnyBlock[]).find((block) => block.type === 'tool_call') as unknown as
    | ToolCallBlock
    | undefined

/** What a tool call has put out so far; of edits, the files. */
export function outputOf(call: ToolCallBlock): string {
  return call.content
    .map((entry) => outputOfEntry(entry as AnyBlock))
    .filter(Boolean)
    .join('\n')
}

function outputOfEntry(entry: AnyBlock): string {
  if (entry.type === 'content') return textOfBlock(entry.content as AnyBlock)
  if (entry.type === 'diff') return `edits ${brief(String(entry.path ?? ''))}`
  return ''
}

/** What a permission request is about, in one line: its question, or its tool call. */
export function subjectOf({ form, tool_call }: Pick<PermissionRequest, 'form' | 'tool_call'>): string {
  return form ? brief(form.message) : titleOf(tool_call)
}

/** What a tool call is, in one line. */
export function titleOf(toolCall: unknown): string {
  const { title, kind } = (toolCall ?? {}) as { title?: unknown; kind?: unknown }
  return brief(String(title ?? kind ?? 'a tool call'))
}
