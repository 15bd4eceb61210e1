import { Runtime, RuntimeClaim, RuntimeHeartbeat, RuntimeRegister } from '@yardmaster/protocol'
import { loadRuntime } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toAdmins } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { Runtimes } from './runtimes.class.js'

export const runtimes = (app: App, yard: Yard): void =>
  register(app, yard, 'runtimes', new Runtimes(yard), {
    methods: ['find', 'get'],
    schemas: {
      query: { find: listSchema(Runtime, ['id', 'name', 'owner_id', 'created_at']) },
      data: { register: RuntimeRegister, heartbeat: RuntimeHeartbeat, claim: RuntimeClaim },
    },
    place: { load: loadRuntime },
    publisher: toAdmins(app),
  })
