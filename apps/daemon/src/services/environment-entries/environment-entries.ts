import { EnvironmentEntry, EnvironmentEntryCreate } from '@yardmaster/protocol'
import { loadEnvironmentEntry } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toNobody } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { EnvironmentEntries } from './environment-entries.class.js'

export const environmentEntries = (app: App, yard: Yard): void =>
  register(app, yard, 'environment-entries', new EnvironmentEntries(yard), {
    methods: ['find', 'create', 'remove'],
    schemas: {
      query: { find: listSchema(EnvironmentEntry, ['id', 'name', 'created_at', 'updated_at']) },
      data: { create: EnvironmentEntryCreate },
    },
    place: { load: loadEnvironmentEntry },
    docs: {
      about: 'What runs that one prompts find in their environment, like API keys. Values are never shown.',
      row: EnvironmentEntry,
      summaries: { find: 'List the names of your entries', create: 'Set the value of an entry' },
    },
    publisher: toNobody(),
  })
