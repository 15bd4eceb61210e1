import { AuditEntry } from '@yardmaster/protocol'
import { listSchema } from '../../lists/list-schema.js'
import { toAdmins } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { AuditLog } from './audit.class.js'

const filters = [
  ...['id', 'at', 'actor_kind', 'actor_id', 'acting_as', 'transport', 'address'],
  ...['resource', 'method', 'row_id', 'worktree_id', 'outcome', 'code'],
]

export const audit = (app: App, yard: Yard): void => {
  register(app, yard, 'audit', new AuditLog(yard), {
    methods: ['find'],
    schemas: { query: { find: listSchema(AuditEntry, filters) } },
    place: {},
    docs: {
      about: 'The audit log: who did what, and what was refused to whom. Page it by `id`.',
      row: AuditEntry,
      summaries: { find: 'Read the audit log' },
    },
    publisher: toAdmins(app),
  })
  const service = app.service('audit') as unknown as NodeJS.EventEmitter
  yard.audit.onWritten((lines) => {
    for (const line of lines) service.emit('created', line, { path: 'audit', event: 'created', app })
  })
}
