import { Allowance } from '@yardmaster/protocol'
import { loadAllowance } from '@yardmaster/store'
import { ofSession } from '../../hooks/query-schemas.js'
import { listSchema } from '../../lists/list-schema.js'
import { toSession } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { Allowances } from './allowances.class.js'

const filters = [
  'id',
  'session_id',
  'worktree_id',
  'kind',
  'title',
  'option_kind',
  'created_by',
  'created_at',
]

export const allowances = (app: App, yard: Yard): void =>
  register(app, yard, 'allowances', new Allowances(yard), {
    methods: ['find', 'get', 'remove'],
    schemas: { query: { find: listSchema(Allowance, filters), get: ofSession, remove: ofSession } },
    place: { load: loadAllowance, fixed: 'session_id' },
    logged: true,
    docs: {
      about: 'Answers to requests that hold for the rest of a session, until they are taken back.',
      row: Allowance,
      summaries: { remove: 'Take an answer back: the next request like it is asked again' },
    },
    publisher: toSession(app),
  })
