import { Type } from '@sinclair/typebox'
import { messageStatuses, requestStatuses } from '../states.js'
import { Id, nullable, type Static, strict, Text, Timestamp, words } from './common.js'

export const messageTypes = ['prompt', 'text', 'thought', 'tool_call', 'notice', 'other'] as const
export const messageRoles = ['user', 'agent', 'system'] as const

/** Known kinds are in `blocks.ts`; a kind that nobody knows yet is kept as it came. */
const Content = Type.Array(
  Type.Object({ type: Type.String({ maxLength: 100 }) }, { additionalProperties: true }),
  {
    maxItems: 10_000,
  },
)

export const Message = strict({
  id: Id,
  session_id: Id,
  task_id: nullable(Id),
  worktree_id: Id,
  attempt: nullable(Type.Integer()),
  seq: Type.Integer(),
  type: words(messageTypes),
  role: words(messageRoles),
  content: Content,
  preview: Type.String(),
  parent_tool_use_id: nullable(Type.String()),
  client_id: nullable(Type.String()),
  status: words(messageStatuses),
  created_at: Timestamp,
})

/** `client_id` is the executor's own name for the message: sent twice, it is stored once. */
export const MessageCreate = strict({
  session_id: Id,
  task_id: Type.Optional(Id),
  client_id: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000]*$' }),
  type: words(messageTypes),
  role: words(messageRoles),
  content: Content,
  parent_tool_use_id: Type.Optional(nullable(Text(500))),
  status: Type.Optional(words(messageStatuses)),
})
export const MessageExecutorPatch = Type.Partial(
  strict({ session_id: Id, content: Content, status: words(messageStatuses) }),
  { additionalProperties: false, minProperties: 1 },
)
export const MessageUserPatch = Type.Partial(strict({ session_id: Id, content: Content }), {
  additionalProperties: false,
  minProperties: 1,
})
/** Text that a message in the making grew by: `offset` counts UTF-16 units in block number `block`. A hint, never stored. */
export const MessageChunk = strict({
  id: Id,
  block: Type.Integer({ minimum: 0 }),
  offset: Type.Integer({ minimum: 0 }),
  text: Type.String({ maxLength: 100_000 }),
})

export const PermissionOption = Type.Object(
  { option_id: Text(200), name: Text(1000), kind: Text(100) },
  { additionalProperties: false },
)
export const PermissionRequest = strict({
  id: Id,
  session_id: Id,
  task_id: Id,
  worktree_id: Id,
  attempt: Type.Integer(),
  client_id: Type.String(),
  tool_call: Type.Unknown(),
  options: Type.Array(PermissionOption),
  status: words(requestStatuses),
  option_id: nullable(Type.String()),
  decided_by: nullable(Id),
  decided_at: nullable(Timestamp),
  expires_at: nullable(Timestamp),
  created_at: Timestamp,
})
export const PermissionRequestCreate = strict({
  session_id: Id,
  task_id: Type.Optional(Id),
  client_id: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000]*$' }),
  tool_call: Type.Object({}, { additionalProperties: true }),
  options: Type.Array(PermissionOption, { minItems: 1, maxItems: 50 }),
})
export const PermissionDecision = strict({ session_id: Type.Optional(Id), option_id: Text(200) })

export const Subscription = Type.Union([strict({ session_id: Id }), strict({ worktree_id: Id })])

export type Message = Static<typeof Message>
export type PermissionRequest = Static<typeof PermissionRequest>
