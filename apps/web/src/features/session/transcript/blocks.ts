import type { Message, ToolCallBlock } from '@yardmaster/protocol'
import { isDrawn } from '../../attachments/drawn.js'

interface AnyBlock {
  type: string
  [field: string]: unknown
}

const blocksOf = (message: Message): AnyBlock[] => message.content as AnyBlock[]

/** What a message says, as text; what is no text and no picture is named in brackets. */
export const textOf = (message: Message): string => blocksOf(message).map(textOfBlock).join('')

function textOfBlock(block: AnyBlock): string {
  switch (block.type) {
    case 'text':
      return String(block.text ?? '')
    case 'image':
    case 'audio':
    case 'attachment':
      return ''
    case 'resource':
      return `[resource ${(block.resource as { uri?: unknown } | undefined)?.uri ?? ''}]`
    case 'resource_link':
      return `[${block.name ?? block.uri}]`
    default:
      return `[${block.type}]`
  }
}

export const toolCallOf = (message: Message): ToolCallBlock | undefined =>
  blocksOf(message).find(({ type }) => type === 'tool_call') as ToolCallBlock | undefined

/** A picture of kinds that a browser draws and that run nothing; SVG is not among them. */
export interface Picture {
  source: string
  name: string
}

const base64 = /^[A-Za-z0-9+/]+={0,2}$/

export function picturesOf(message: Message): Picture[] {
  return blocksOf(message).flatMap(({ type, mime_type, data }, place) =>
    type === 'image' && isDrawn(String(mime_type)) && base64.test(String(data))
      ? [{ source: `data:${mime_type};base64,${data}`, name: `Picture ${place + 1}` }]
      : [],
  )
}

/** What a tool call shows: pieces of text, edits of files. */
export type CallPart =
  | { kind: 'text'; text: string }
  | { kind: 'edit'; path: string; before: string; after: string }

export function partsOf(call: ToolCallBlock): CallPart[] {
  const parts = call.content.flatMap((entry) => partOf(entry as AnyBlock))
  const joined: CallPart[] = []
  for (const part of parts) {
    const before = joined.at(-1)
    if (part.kind === 'text' && before?.kind === 'text') before.text += `\n${part.text}`
    else joined.push(part)
  }
  return joined
}

function partOf(entry: AnyBlock): CallPart[] {
  if (entry.type === 'content') {
    const text = textOfBlock((entry.content ?? { type: 'nothing' }) as AnyBlock)
    return text ? [{ kind: 'text', text }] : []
  }
  if (entry.type === 'diff') {
    const text = (one: unknown, other: unknown) => String(one ?? other ?? '')
    return [
      {
        kind: 'edit',
        path: String(entry.path ?? ''),
        before: text(entry.old_text, entry.oldText),
        after: text(entry.new_text, entry.newText),
      },
    ]
  }
  return []
}
