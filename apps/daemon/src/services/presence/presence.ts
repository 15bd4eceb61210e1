import { Presence, PresenceCreate } from '@yardmaster/protocol'
import { loadSession } from '@yardmaster/store'
import { toNobody } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { PresenceService } from './presence.class.js'

export const presence = (app: App, yard: Yard): void =>
  register(app, yard, 'presence', new PresenceService(yard), {
    methods: ['create'],
    schemas: { data: { create: PresenceCreate } },
    place: { parents: [{ field: 'session_id', load: loadSession }] },
    logged: true,
    docs: {
      about:
        'Who is looking at a session and who is typing, told to its room as `presence changed`. Called over sockets only.',
      answers: { create: Presence },
      summaries: { create: 'Say that one is looking, typing or gone; it holds for 30 s' },
    },
    // What changed is told by the presence itself, also when nobody calls.
    publisher: toNobody(),
  })
