import { Type } from '@sinclair/typebox'
import { Id, nullable, type Static, strict, Timestamp } from './common.js'

/** `bytes` of one attachment, attachments of one prompt, and those of one user that no prompt has taken yet, at most. */
export const attachmentLimits = { bytes: 10 * 1024 * 1024, per_prompt: 10, unsent: 50 } as const

// Half of what a file system takes, with nothing in it that leads to another directory or cannot be seen at all.
const FileName = Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000-\\u001f\\u007f/\\\\]+$' })
const MediaType = Type.String({
  maxLength: 100,
  pattern: '^[a-z0-9][a-z0-9!#$&^_.+-]*/[a-z0-9][a-z0-9!#$&^_.+-]*$',
})

/** A file that was given along with a prompt. */
export const Attachment = strict({
  id: Id,
  session_id: Id,
  worktree_id: Id,
  name: FileName,
  media_type: MediaType,
  /** Bytes. */
  size: Type.Integer(),
  created_by: nullable(Id),
  created_at: Timestamp,
  /** When a prompt first took it; null: not yet. */
  sent_at: nullable(Timestamp),
})

/** What a prompt, and whoever runs it, knows of an attachment. */
export const AttachmentRef = Type.Pick(Attachment, ['id', 'name', 'media_type', 'size'], {
  additionalProperties: false,
})

export const AttachmentCreate = strict({
  session_id: Id,
  name: FileName,
  media_type: MediaType,
  /** Base64. */
  data: Type.String({ minLength: 1 }),
})

export type Attachment = Static<typeof Attachment>
export type AttachmentRef = Static<typeof AttachmentRef>
export type AttachmentCreate = Static<typeof AttachmentCreate>
