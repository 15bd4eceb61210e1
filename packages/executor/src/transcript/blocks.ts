import type { Block, ToolCallBlock } from '@yardmaster/protocol'
import { bounded, fitting, jsonBytes, MESSAGE_BYTES } from '../bounds.js'

/** JSON that a harness sent; nothing about it is certain. */
export type Loose = Record<string, unknown>

export const isObject = (value: unknown): value is Loose =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** A content block of ACP as one of ours; under `acp`, as it came, when its kind or shape is not known. */
export function blockOf(content: unknown): Block {
  if (isObject(content)) {
    const { type, text, data, mimeType, resource, uri, name } = content
    if (type === 'text' && typeof text === 'string') return { type, text }
    if ((type === 'image' || type === 'audio') && typeof data === 'string')
      return media(type, String(mimeType), data)
    if (type === 'resource' && isObject(resource)) return { type, resource }
    if (type === 'resource_link' && typeof uri === 'string') return { type, uri, name: String(name ?? uri) }
  }
  return { type: 'acp', update: isObject(content) ? content : { content } }
}

/** Base64 bytes of a picture or sound that are kept; half of one shows nothing. */
const MEDIA_BYTES = 448 * 1024

function media(type: 'image' | 'audio', mime_type: string, data: string): Block {
  if (data.length <= MEDIA_BYTES) return { type, mime_type, data }
  return {
    type: 'text',
    text: `[${type} of type ${mime_type}, ${data.length} characters as base64: too large to be kept]`,
  }
}

/** A tool call that is known by its id so far. */
export function newToolCall(tool_call_id: string): ToolCallBlock {
  return {
    type: 'tool_call',
    tool_call_id,
    title: '',
    kind: 'other',
    status: 'pending',
    content: [],
    locations: [],
    raw_input: null,
    raw_output: null,
  }
}

/** Changes the fields that an update names and leaves the others. */
export function updateToolCall(block: ToolCallBlock, update: Loose): void {
  const { title, kind, status, content, locations, rawInput, rawOutput } = update
  if (typeof title === 'string') block.title = title
  if (typeof kind === 'string') block.kind = kind
  if (typeof status === 'string') block.status = status as ToolCallBlock['status']
  if (Array.isArray(content)) block.content = content
  if (Array.isArray(locations)) block.locations = locations
  if (rawInput !== undefined) block.raw_input = rawInput
  if (rawOutput !== undefined) block.raw_output = rawOutput
  // At once and not only when it is sent: a run may have many, and each stays in memory.
  if (jsonBytes(block) > MESSAGE_BYTES) {
    block.content = [bounded(block.content, MESSAGE_BYTES / 2)].flat()
    block.locations = fitting(block.locations, MESSAGE_BYTES / 8)
    block.raw_input = bounded(block.raw_input, MESSAGE_BYTES / 8)
    block.raw_output = bounded(block.raw_output, MESSAGE_BYTES / 8)
    block.title = block.title.slice(0, 1000)
  }
}

/** Whether the tool call has come to its end. */
export const hasEnded = ({ status }: ToolCallBlock): boolean => status === 'completed' || status === 'failed'
