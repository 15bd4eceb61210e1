import { allow, asChanging, asPrompting, type ResourcePolicy } from '../rule.js'

/** The transcript is written by the executor, corrected by those who may prompt. */
export const messages: ResourcePolicy = {
  resource: 'messages',
  methods: {
    find: { user: [allow('view')], executor: 'its-session' },
    get: { user: [allow('view')], executor: 'its-session' },
    create: { executor: 'its-session' },
    patch: { user: [allow(asPrompting)], executor: 'its-task' },
    chunk: { executor: 'its-task' },
    remove: { user: [allow(asChanging)] },
  },
}
