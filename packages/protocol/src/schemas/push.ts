import { Type } from '@sinclair/typebox'
import { Id, type Static, strict, Timestamp, words } from './common.js'

/** What somebody can be told of: an agent that asks, a run of theirs that ended badly, and one that ended well. */
export const notices = ['asks', 'failed', 'finished'] as const
export type Notice = (typeof notices)[number]
export const Notices = Type.Array(words(notices), { uniqueItems: true, maxItems: notices.length })

/** A browser that is told by its push service. Its address there is known to nobody else. */
export const PushSubscription = strict({
  id: Id,
  /** Of the push service. */
  host: Type.String(),
  created_at: Timestamp,
})
/** As `PushSubscription.toJSON()` of the browser has it. The same endpoint again replaces what was known of it. */
export const PushSubscriptionCreate = strict({
  endpoint: Type.String({ maxLength: 2048, pattern: '^https?://[\\x21-\\x7e]+$' }),
  keys: strict({
    p256dh: Type.String({ maxLength: 100, pattern: '^[A-Za-z0-9_-]+={0,2}$' }),
    auth: Type.String({ maxLength: 30, pattern: '^[A-Za-z0-9_-]+={0,2}$' }),
  }),
})

export type PushSubscription = Static<typeof PushSubscription>
export type PushSubscriptionCreate = Static<typeof PushSubscriptionCreate>

/** What a push says, encrypted for the browser: little, since it is shown on a locked screen. */
export interface PushMessage {
  notice: Notice
  session_id: string
  title: string | null
}
