import { type PushSubscription, type PushSubscriptionCreate, YardmasterError } from '@yardmaster/protocol'
import {
  deletePushSubscription,
  maybeRow,
  onlyRow,
  presentPushSubscription,
  putPushSubscription,
} from '@yardmaster/store'
import { v7 } from 'uuid'
import type { CallParams } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { ownRows } from '../../lists/scope.js'
import { checkSubscription } from '../../push/check-subscription.js'
import type { Yard } from '../../yard.js'
import { userOf } from '../user-of.js'

/** Of one person; the oldest give way. */
const most = 20

/** The browsers by which one is told when no page is open. */
export class PushSubscriptions {
  constructor(private readonly yard: Yard) {}

  find({ principal, query = {} }: CallParams) {
    return list(this.yard.db, query, {
      table: 'push_subscriptions',
      present: presentPushSubscription,
      scope: ownRows(principal),
    })
  }

  /** The same endpoint again takes the place of what was known of it. @throws PUSH_REFUSED */
  create(subscription: PushSubscriptionCreate, { principal }: CallParams): Promise<PushSubscription> {
    const { db, push } = this.yard
    checkSubscription(subscription, push.to_loopback)
    const { endpoint, keys } = subscription
    const user_id = userOf(principal) as string
    return db.transaction(
      async (tx) =>
        onlyRow(await putPushSubscription(tx, v7(), user_id, endpoint, keys.p256dh, keys.auth, most)).wire,
    )
  }

  remove(id: string): Promise<PushSubscription> {
    return this.yard.db.transaction(async (tx) => {
      const row = maybeRow(await deletePushSubscription(tx, id))
      if (!row) throw new YardmasterError('NOT_FOUND')
      return row.wire
    })
  }
}
