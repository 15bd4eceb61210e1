import { PushSubscription, PushSubscriptionCreate } from '@yardmaster/protocol'
import { loadPushSubscription } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toNobody } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { PushSubscriptions } from './push-subscriptions.class.js'

export const pushSubscriptions = (app: App, yard: Yard): void =>
  register(app, yard, 'push-subscriptions', new PushSubscriptions(yard), {
    methods: ['find', 'create', 'remove'],
    schemas: {
      query: { find: listSchema(PushSubscription, ['id', 'created_at']) },
      data: { create: PushSubscriptionCreate },
    },
    place: { load: loadPushSubscription },
    docs: {
      about:
        "The browsers that tell one when no page is open, by Web Push. One's own alone; they end with the sign-ins they were made under.",
      row: PushSubscription,
      summaries: {
        create: "Have a browser told, by the subscription it made with the page's `push-key`",
        remove: 'Have it told no more',
      },
    },
    publisher: toNobody(),
  })
