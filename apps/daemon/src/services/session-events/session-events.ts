import { Type } from '@feathersjs/typebox'
import { Id, SessionEvent } from '@yardmaster/protocol'
import { sessionEvents as page } from '@yardmaster/store'
import type { CallParams } from '../../hooks/context.js'
import { toNobody } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { userOf } from '../user-of.js'

const most = 1000

const query = Type.Object(
  {
    session_id: Id,
    after: Type.Optional(Type.Integer({ minimum: 0, description: 'The last `seq` that the caller has.' })),
    $limit: Type.Optional(Type.Integer({ minimum: 1, description: `Events at most, ${most} if left out.` })),
  },
  { additionalProperties: false },
)

interface Query {
  session_id: string
  after?: number
  $limit?: number
}

/** The log of a session, from which clients catch up. */
export class SessionEvents {
  constructor(private readonly yard: Yard) {}

  /** Events behind `after` in the order of `seq`, up to `$limit` (1000 at most and by default). */
  async find({ principal, query }: CallParams) {
    const { session_id, after = 0, $limit = most } = query as unknown as Query
    const limit = Math.min($limit, most)
    const rows = await page(this.yard.db, userOf(principal) as string, session_id, after, limit)
    return { limit, data: rows.map(({ wire }) => wire) }
  }
}

export const sessionEvents = (app: App, yard: Yard): void =>
  register(app, yard, 'session-events', new SessionEvents(yard), {
    methods: ['find'],
    schemas: { query: { find: query } },
    place: {},
    docs: {
      about: 'The log of a session, from which clients catch up.',
      answers: {
        find: Type.Object(
          { limit: Type.Integer(), data: Type.Array(SessionEvent) },
          { additionalProperties: false },
        ),
      },
    },
    publisher: toNobody(),
  })
