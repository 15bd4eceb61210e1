import { type Message, type Principal, YardmasterError } from '@yardmaster/protocol'
import { presentMessage, type Queryable, runPrepared } from '@yardmaster/store'
import { conditions, joined, numbered, type Sql } from '../../lists/conditions.js'
import { list, type Page } from '../../lists/list.js'
import { sessionScope } from '../../lists/scope.js'

/**
 * How much of a session one call looks through: as many messages, or as many bytes as they take where they are stored,
 * whichever is reached first. It takes about a tenth of a second, however long the session is.
 */
export const slice = { messages: 5_000, bytes: 4 * 1024 * 1024 }

/** What one call found; `searched_to` is the `seq` below which it did not look, and null where nothing is left. */
export type Found = Page & { searched_to: number | null }

/** Messages whose content holds a text, in whatever case. It is looked for in the JSON as Postgres writes it. */
const says = (text: string): Sql => ({
  sql: 'strpos(lower(x.content::text), lower(?)) > 0',
  values: [JSON.stringify(text).slice(1, -1)],
})

/**
 * Looks for a text in a session, from the newest message on, one slice a call. An index would answer at once, and be paid for by
 * every write: trigrams and words both made writing messages three to six times as dear, and took HOT from the updates of streaming ones.
 *
 * @param query a checked query of messages; it goes on below `seq[$lt]`
 * @throws INVALID without one session, with another order or with rows to leave out
 */
export async function search(
  on: Queryable,
  principal: Principal,
  text: string,
  query: Query,
): Promise<Found> {
  const { session_id, seq, $skip, $sort = {} } = query
  if (typeof session_id !== 'string')
    throw new YardmasterError('INVALID', 'A text is looked for in one session; name its session_id.')
  if ($skip || Object.entries($sort).some(([field, way]) => field !== 'seq' || way !== -1))
    throw new YardmasterError(
      'INVALID',
      'A text is looked for from the newest message on; go on with seq[$lt]=<searched_to>, without $skip or another $sort.',
    )
  const visible = sessionScope(principal, 'x.session_id', session_id)
  const within = conditions({ session_id, ...(seq === undefined ? {} : { seq }) }, (field) => `x.${field}`)
  const { from, more } = await sliceOf(on, joined([visible, ...within], 'and'))
  const page = await list(
    on,
    { ...query, $sort: { seq: -1 }, $total: false },
    {
      table: 'messages',
      present: presentMessage,
      scope: joined([visible, { sql: 'x.seq >= ?', values: [from] }, says(text)], 'and'),
      order: 'seq',
    },
  )
  const last = page.data.length === page.limit ? (page.data.at(-1) as Message | undefined) : undefined
  return { ...page, searched_to: last?.seq ?? (more ? from : null) }
}

type Query = Record<string, unknown> & { $sort?: object }

/** Where the next slice ends, and whether anything comes after it. Sizes are known without reading what is stored out of line. */
async function sliceOf(on: Queryable, { sql, values }: Sql): Promise<{ from: number | null; more: boolean }> {
  const [row] = await runPrepared<{ from: number | null; more: boolean }>(
    on,
    numbered(
      `select min(seq) filter (where before < ?) as "from",
         count(*) = ? or coalesce(bool_or(before >= ?), false) as more
       from (
         select x.seq, sum(pg_column_size(x.content)) over (order by x.seq desc rows unbounded preceding)
           - pg_column_size(x.content) as before
         from messages x where ${sql} order by x.seq desc limit ?) newest`,
    ),
    [slice.bytes, slice.messages, slice.bytes, ...values, slice.messages],
  )
  return row as { from: number | null; more: boolean }
}
