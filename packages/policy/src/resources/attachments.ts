import { allow, asPrompting, type ResourcePolicy } from '../rule.js'

/**
 * Files for prompts: whoever may prompt gives them, and the executor of such a prompt fetches them. One that no prompt has
 * taken yet is there for nobody but who put it there: the store's `attachmentVisible`.
 */
export const attachments: ResourcePolicy = {
  resource: 'attachments',
  methods: {
    find: { user: [allow('view')] },
    get: { user: [allow('view')], executor: 'its-task' },
    content: { user: [allow('view')], executor: 'its-task' },
    create: { user: [allow(asPrompting)] },
    remove: { user: [allow(asPrompting)] },
  },
}
