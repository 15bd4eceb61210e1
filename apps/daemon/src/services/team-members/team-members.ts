import { TeamMember, TeamMemberCreate } from '@yardmaster/protocol'
import { loadTeamMember } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toAdmins } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { TeamMembers } from './team-members.class.js'

export const teamMembers = (app: App, yard: Yard): void =>
  register(app, yard, 'team-members', new TeamMembers(yard), {
    methods: ['find', 'create', 'remove'],
    schemas: {
      query: { find: listSchema(TeamMember, ['id', 'team_id', 'user_id']) },
      data: { create: TeamMemberCreate },
    },
    place: { load: loadTeamMember },
    docs: { about: 'Who is in which team. Who is no admin sees where they are themselves.', row: TeamMember },
    publisher: toAdmins(app),
  })
