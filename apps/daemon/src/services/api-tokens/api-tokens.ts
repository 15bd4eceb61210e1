import { ApiToken, ApiTokenCreate, NewApiToken } from '@yardmaster/protocol'
import { loadApiToken } from '@yardmaster/store'
import { listSchema } from '../../lists/list-schema.js'
import { toNobody } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { ApiTokens } from './api-tokens.class.js'

const filters = ['id', 'user_id', 'name', 'expires_at', 'last_used_at', 'created_at']

export const apiTokens = (app: App, yard: Yard): void =>
  register(app, yard, 'api-tokens', new ApiTokens(yard), {
    methods: ['find', 'get', 'create', 'remove'],
    schemas: { query: { find: listSchema(ApiToken, filters) }, data: { create: ApiTokenCreate } },
    place: { load: loadApiToken },
    docs: {
      about: 'Tokens that scripts call with. Their scopes narrow what the person behind them may do.',
      row: ApiToken,
      answers: { create: NewApiToken },
      summaries: { create: 'Make a token, and see it this once', remove: 'Revoke a token' },
    },
    // An event would show the token to whoever hears it.
    publisher: toNobody(),
  })
