import { Team, TeamCreate, TeamPatch } from '@yardmaster/protocol'
import { loadTeam } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toAdmins } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { Teams } from './teams.class.js'

export const teams = (app: App, yard: Yard): void =>
  register(app, yard, 'teams', new Teams(yard), {
    methods: ['find', 'get', 'create', 'patch', 'remove'],
    schemas: {
      query: { find: listSchema(Team, ['id', 'name', 'created_at']) },
      data: { create: TeamCreate, patch: TeamPatch },
    },
    place: { load: loadTeam },
    docs: {
      about:
        'Teams that levels are granted to. Who is no admin sees their own, and those with access to what they see.',
      row: Team,
    },
    publisher: toAdmins(app),
  })
