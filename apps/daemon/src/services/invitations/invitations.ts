import { Invitation, InvitationCreate, NewInvitation } from '@yardmaster/protocol'
import { loadInvitation } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toNobody } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { Invitations } from './invitations.class.js'

const filters = ['id', 'user_id', 'expires_at', 'created_by', 'created_at']

export const invitations = (app: App, yard: Yard): void =>
  register(app, yard, 'invitations', new Invitations(yard), {
    methods: ['find', 'create', 'remove'],
    schemas: { query: { find: listSchema(Invitation, filters) }, data: { create: InvitationCreate } },
    place: { load: loadInvitation },
    docs: {
      about: 'People who were invited and have not come yet.',
      row: Invitation,
      answers: { create: NewInvitation },
      summaries: {
        create: 'Make a user who chooses a password by a one-time link, and see the link this once',
        remove: 'Make the link worthless; the user stays',
      },
    },
    // An event would show the link to whoever hears it.
    publisher: toNobody(),
  })
