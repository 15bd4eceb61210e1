/** Content blocks of messages. Known kinds of ACP become these; anything else stays as it came, under `acp`. */
export type Block =
  | TextBlock
  | MediaBlock
  | ResourceBlock
  | ResourceLinkBlock
  | AttachmentBlock
  | ToolCallBlock
  | AcpBlock

export interface TextBlock {
  type: 'text'
  text: string
}

export interface MediaBlock {
  type: 'image' | 'audio'
  mime_type: string
  /** Base64. */
  data: string
}

export interface ResourceBlock {
  type: 'resource'
  resource: Record<string, unknown>
}

export interface ResourceLinkBlock {
  type: 'resource_link'
  uri: string
  name: string
}

/** A file that came with a prompt; its content is behind `attachments.content`. */
export interface AttachmentBlock {
  type: 'attachment'
  attachment_id: string
  name: string
  media_type: string
  /** Bytes. */
  size: number
}

/** A tool call in its present state; updates replace the fields they name. */
export interface ToolCallBlock {
  type: 'tool_call'
  tool_call_id: string
  title: string
  kind: string
  status: 'pending' | 'in_progress' | 'completed' | 'failed'
  /** As ACP gives them: content, diff and terminal entries. */
  content: unknown[]
  locations: unknown[]
  raw_input: unknown
  raw_output: unknown
}

/** An update of a kind that this version does not know, whole. */
export interface AcpBlock {
  type: 'acp'
  update: Record<string, unknown>
}
