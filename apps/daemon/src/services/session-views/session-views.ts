import { Seen, SeenCreate } from '@yardmaster/protocol'
import { loadSession } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toItsUser } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { SessionViews } from './session-views.class.js'

export const sessionViews = (app: App, yard: Yard): void =>
  register(app, yard, 'session-views', new SessionViews(yard), {
    methods: ['find', 'create'],
    schemas: {
      query: { find: listSchema(Seen, ['session_id', 'seen_seq', 'seen_at']) },
      data: { create: SeenCreate },
    },
    place: { parents: [{ field: 'session_id', load: loadSession }] },
    docs: {
      about:
        "How far one has looked into the sessions one follows, by the `seq` of their logs. One's own alone.",
      row: Seen,
      summaries: { create: 'Say how far one has looked; it never goes back' },
    },
    publisher: toItsUser(app),
  })
