import { Type } from '@sinclair/typebox'
import { messageStatuses, requestStatuses } from '../states.js'
import { Id, Json, nullable, type Static, strict, Text, Timestamp, words } from './common.js'

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

/** What a session's log keeps of a message: not what it says, so that a removed one is gone from the log as well. */
export const LoggedMessage = Type.Omit(Message, ['content'])

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
/** A question that takes more than an option: what is asked, and the JSON Schema of the object that answers it. */
export const Form = strict({ message: Text(10_000), schema: Json })
/** What was written into a form, by the names of its fields. */
export const FormContent = Type.Record(
  Type.String({ maxLength: 200 }),
  Type.Union([Text(100_000), Type.Number(), Type.Boolean(), Type.Array(Text(10_000), { maxItems: 1000 })]),
)
export const PermissionRequest = strict({
  id: Id,
  session_id: Id,
  task_id: Id,
  worktree_id: Id,
  attempt: Type.Integer(),
  client_id: Type.String(),
  /** What the agent would do, as far as the request is about a tool call. */
  tool_call: nullable(Json),
  form: nullable(Form),
  options: Type.Array(PermissionOption),
  status: words(requestStatuses),
  option_id: nullable(Type.String()),
  content: nullable(FormContent),
  decided_by: nullable(Id),
  /** The remembered answer that decided it in the place of a person. */
  allowance_id: nullable(Id),
  decided_at: nullable(Timestamp),
  expires_at: nullable(Timestamp),
  created_at: Timestamp,
})
const asked = {
  session_id: Id,
  task_id: Type.Optional(Id),
  client_id: Type.String({ minLength: 1, maxLength: 200, pattern: '^[^\\u0000]*$' }),
}
const ToolCall = Type.Object({}, { additionalProperties: true })
/** Leave for a tool call with options to choose from; or a form, whose options are always `formOptions`. */
export const PermissionRequestCreate = Type.Union([
  strict({
    ...asked,
    tool_call: ToolCall,
    options: Type.Array(PermissionOption, { minItems: 1, maxItems: 50 }),
  }),
  strict({ ...asked, tool_call: Type.Optional(ToolCall), form: Form }),
])
/** How a form can be answered. */
export const formOptions = [
  { option_id: 'accept', name: 'Answer', kind: 'accept' },
  { option_id: 'decline', name: 'Do not answer', kind: 'decline' },
] as const
/** `content` goes with the `accept` of a form. */
export const PermissionDecision = strict({
  session_id: Type.Optional(Id),
  option_id: Text(200),
  content: Type.Optional(FormContent),
})
/** An executor takes its own request back: the agent does not wait for an answer any more. */
export const PermissionWithdrawal = strict({
  session_id: Type.Optional(Id),
  status: words(['cancelled'] as const),
})

/** An answer that holds for the rest of a session, until it is taken back. */
export const Allowance = strict({
  id: Id,
  session_id: Id,
  worktree_id: Id,
  kind: Type.String(),
  title: Type.String(),
  /** The paths of the files that the tool call names, else its input. */
  subject: Type.Unknown(),
  option_kind: words(['allow_always', 'reject_always'] as const),
  option_name: Type.String(),
  created_by: nullable(Id),
  created_at: Timestamp,
})

export const Subscription = Type.Union([strict({ session_id: Id }), strict({ worktree_id: Id })])

export const PresenceCreate = strict({ session_id: Id, state: words(['looking', 'typing', 'gone'] as const) })
export const Person = strict({
  user_id: Id,
  name: Type.String(),
  state: words(['looking', 'typing'] as const),
})
/** Who is at a session, each once. */
export const Presence = strict({ session_id: Id, people: Type.Array(Person) })

export type Message = Static<typeof Message>
export type PermissionRequest = Static<typeof PermissionRequest>
export type Allowance = Static<typeof Allowance>
export type FormContent = Static<typeof FormContent>
export type PresenceCreate = Static<typeof PresenceCreate>
export type Person = Static<typeof Person>
export type Presence = Static<typeof Presence>
