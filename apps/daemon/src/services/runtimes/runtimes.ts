import type { HookContext } from '@feathersjs/feathers'
import {
  Claimed,
  Runtime,
  RuntimeClaim,
  RuntimeHeartbeat,
  RuntimeOrders,
  RuntimeRegister,
} from '@yardmaster/protocol'
import { loadRuntime } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toAdmins } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { Runtimes } from './runtimes.class.js'

/** What a runtime says of itself has changed: its harnesses were probed, or it was started anew. */
const tellOfRegistration = async (context: HookContext): Promise<void> => {
  context.event = 'patched'
}

export const runtimes = (app: App, yard: Yard): void => {
  register(app, yard, 'runtimes', new Runtimes(yard), {
    methods: ['find', 'get'],
    schemas: {
      query: { find: listSchema(Runtime, ['id', 'name', 'owner_id', 'created_at']) },
      data: { register: RuntimeRegister, heartbeat: RuntimeHeartbeat, claim: RuntimeClaim },
    },
    place: { load: loadRuntime },
    docs: {
      about: 'Hosts that run executors.',
      row: Runtime,
      answers: { register: Runtime, heartbeat: RuntimeOrders, claim: Claimed },
      summaries: {
        register: 'Tell that a runtime has started, and with what',
        heartbeat: 'Tell that a runtime lives; answers what it shall end',
        claim: 'Take queued tasks; answers all that their runs need',
      },
    },
    publisher: toAdmins(app),
  })
  app.service('runtimes').hooks({ after: { register: [tellOfRegistration] } } as never)
}
