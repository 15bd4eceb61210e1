import { type Db, onlyRow, statement } from '@yardmaster/store'

// One probe of the primary key tells whether a session has anything to trim: the event behind the last trimmed one is
// its oldest. An index on `at` would do it too, and be paid for by every write. Only a beginning of the log is taken:
// what stands behind an event that is young enough stays, whatever it says of its time. A session that somebody writes
// to is left for the next look, as is one that another daemon trims.
const trim = statement<
  [after: string, sessions: number, milliseconds: number, events: number],
  { trimmed: number; last: string | null }
>(
  'trim-events',
  `with page as (
     select id, trimmed_seq from sessions where id > $1 and trimmed_seq < last_seq order by id limit $2),
   old as (select clock_timestamp() - $3::float8 * interval '1 millisecond' as age),
   held as (
     select s.id, s.trimmed_seq from sessions s
     where s.id = any(array(
       select p.id from page p join session_events e on e.session_id = p.id and e.seq = p.trimmed_seq + 1
       where e.at < (select age from old)))
     order by s.id for no key update skip locked),
   cut as (
     select h.id, max(e.seq) as seq from held h cross join lateral (
       select x.seq, bool_and(x.at < (select age from old)) over (order by x.seq) as old
       from session_events x where x.session_id = h.id and x.seq > h.trimmed_seq order by x.seq limit $4) e
     where e.old group by h.id),
   gone as (
     delete from session_events e using cut where e.session_id = cut.id and e.seq <= cut.seq returning 1),
   moved as (update sessions s set trimmed_seq = cut.seq from cut where s.id = cut.id)
   select (select count(*) from gone) as trimmed, (select id from page order by id desc limit 1) as last`,
)

const FIRST = '00000000-0000-0000-0000-000000000000'

/** What one statement looks at and takes at most, and how many of them one look makes. */
const most = { sessions: 100, events: 200, statements: 20 }

/**
 * Shortens the logs of sessions by events that are older than the retention. Nothing is lost that cannot be had
 * elsewhere: an event repeats what a row said, and the rows stay. Whoever asks for what was trimmed is told to read those.
 */
export class Trim {
  #after = FIRST

  /** @param retention milliseconds that an event is kept; 0: for good */
  constructor(
    private readonly db: Db,
    private readonly retention: number,
  ) {}

  /** Goes on where the last look ended, some way through the sessions, and begins anew behind the last one. */
  async look(): Promise<void> {
    if (this.retention === 0) return
    for (let statements = 0; statements < most.statements; statements++) {
      const { trimmed, last } = onlyRow(
        await trim(this.db, this.#after, most.sessions, this.retention, most.events),
      )
      if (trimmed > 0) continue
      this.#after = last ?? FIRST
      if (!last) return
    }
  }
}
