import { Type } from '@feathersjs/typebox'
import { SignedOut, SignOutEverywhere, User, UserCard, UserCreate, UserPatch } from '@yardmaster/protocol'
import { loadUser } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toAdmins } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { Users } from './users.class.js'

export const users = (app: App, yard: Yard): void =>
  register(app, yard, 'users', new Users(yard), {
    methods: ['find', 'get', 'create', 'patch', 'remove'],
    schemas: {
      // Members see no more than id and name, and may look for no more.
      query: { find: listSchema(User, ['id', 'name']) },
      data: { create: UserCreate, patch: UserPatch, 'sign-out-everywhere': SignOutEverywhere },
    },
    place: { load: loadUser },
    docs: {
      about: 'The people of a team. Members see no more of each other than id and name.',
      row: User,
      answers: { get: Type.Union([User, UserCard]), 'sign-out-everywhere': SignedOut },
      summaries: { 'sign-out-everywhere': 'End all sign-ins of a user, and their API tokens if wanted' },
    },
    publisher: toAdmins(app),
  })
