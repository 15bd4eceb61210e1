import { Type } from '@feathersjs/typebox'
import { Id, SessionEvent, YardmasterError } from '@yardmaster/protocol'
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
    seq: Type.Optional(
      Type.Object(
        { $gt: Type.Integer({ minimum: 0, description: 'The same as `after`, as lists write it.' }) },
        { additionalProperties: false },
      ),
    ),
    $limit: Type.Optional(Type.Integer({ minimum: 1, description: `Events at most, ${most} if left out.` })),
  },
  { additionalProperties: false },
)

interface Query {
  session_id: string
  after?: number
  seq?: { $gt: number }
  $limit?: number
}

/** The log of a session, from which clients catch up. */
export class SessionEvents {
  constructor(private readonly yard: Yard) {}

  /**
   * Events behind `after` in the order of `seq`, up to `$limit` (1000 at most and by default).
   *
   * @throws LOG_TRIMMED when the log does not hold all of them any more
   */
  async find({ principal, query }: CallParams) {
    const { session_id, seq, after = seq?.$gt ?? 0, $limit = most } = query as unknown as Query
    const limit = Math.min($limit, most)
    const rows = await page(this.yard.db, userOf(principal) as string, session_id, after, limit)
    const trimmed_seq = rows[0]?.trimmed_seq ?? 0
    if (after < trimmed_seq) throw new YardmasterError('LOG_TRIMMED', undefined, { trimmed_seq })
    return { limit, data: rows.flatMap(({ wire }) => wire ?? []) }
  }
}

export const sessionEvents = (app: App, yard: Yard): void =>
  register(app, yard, 'session-events', new SessionEvents(yard), {
    methods: ['find'],
    schemas: { query: { find: query } },
    place: {},
    docs: {
      about: 'The log of a session, from which clients catch up.',
      failures: { find: [410] },
      answers: {
        find: Type.Object(
          { limit: Type.Integer(), data: Type.Array(SessionEvent) },
          { additionalProperties: false },
        ),
      },
    },
    publisher: toNobody(),
  })
