import { statement, type Tx } from '@yardmaster/store'
import { conversationsOf } from '../resume/conversations.js'
import type { Conversation } from '../resume/decide.js'
import { replaced } from '../runtimes/boot.js'
import { executesElsewhere, isHead, room } from './sql.js'

/** A task that waits, the head of its session's queue, as it stood when it was looked at. Its worktree is locked by now. */
export interface Head {
  id: string
  session_id: string
  worktree_id: string
  /** Others may write in its worktree as well. */
  parallel: boolean
  /** When it began to wait, in microseconds. */
  since: number
  /** The end of its session's log. */
  last_seq: number
  fresh: boolean
  runtime_id: string
  agent_session_id: string | null
  agent_session_runtime_id: string | null
  work_dir: string | null
  conversations: Conversation[]
  /** Its session is a fork and has no conversation of its own yet. */
  forked: boolean
  /** Why the runtime cannot run it; null when it can. */
  unfit: 'harness_missing' | 'cannot_start' | null
}

/** What there is for a runtime. */
export interface Waiting {
  /** What was dispatched to this boot and is not known to it. */
  lost: { id: string; session_id: string }[]
  /** How many tasks the runtime may take. */
  room: number
  heads: Head[]
}

/**
 * The boot is held until the end of the claim, so that a new one registers after it and then finds what it took.
 *
 * The index of waiting tasks gives them in their order and the rest is asked of one at a time, by sub-selects of one truth
 * value each, so that no more are looked at than are needed. As joins Postgres orders them by its statistics, and those say
 * at most times that nothing waits: with `not exists (an earlier one)` it read the whole queue for each of its rows, and
 * a claim from 2,000 waiting sessions took 1.4 s. As comparisons it expects hardly any to pass, and sorts all that wait.
 *
 * A head that moved up when another was cancelled or moved has its own time of waiting, which is from before the last
 * claim: hence `since`.
 */
const look = statement<
  [runtime_id: string, slots: number, taken: string[], found: string[], boot_id: string, known: string[]],
  Omit<Waiting, 'heads'> & (Head | { id: null })
>(
  'look-for-heads',
  `with boot as materialized (
     select r.harnesses, r.allowed_roots from runtimes r where r.id = $1 and r.boot_id = $5 for share),
   room as materialized (select ${room} as slots),
   lost as materialized (
     select coalesce(json_agg(json_build_object('id', l.id, 'session_id', l.session_id) order by l.session_id), '[]') as tasks
     from tasks l where l.runtime_id = $1 and l.boot_id = $5 and l.status = 'dispatched' and not l.id = any($6))
   select room.slots as room, lost.tasks as lost, t.id, t.session_id, t.worktree_id, t.parallel, t.since, t.last_seq, t.fresh,
     t.runtime_id, t.agent_session_id, t.agent_session_runtime_id, t.work_dir, t.forked,
     ${conversationsOf('t.session_id')} as conversations,
     case when (select coalesce(h->>'problem', '') from jsonb_array_elements(boot.harnesses) h
                where h->>'id' = t.harness limit 1) is distinct from '' then 'harness_missing'
          when not exists (select from jsonb_array_elements_text(boot.allowed_roots) root
                           where t.path = root or starts_with(t.path, rtrim(root, '/') || '/')) then 'cannot_start'
     end as unfit
   from boot cross join room cross join lost left join lateral (
     select t.id, t.session_id, w.id as worktree_id, w.path, t.exclusive_worktree_id is null as parallel,
       (extract(epoch from greatest(t.waits_since, s.last_claimed_at)) * 1000000)::bigint as since, s.last_seq, t.fresh,
       t.runtime_id, s.harness, s.agent_session_id, s.agent_session_runtime_id, s.work_dir,
       s.forked_from_task_id is not null and s.agent_session_id is null as forked
     from tasks t join sessions s on s.id = t.session_id join worktrees w on w.id = t.worktree_id
     where t.runtime_id = $1 and t.status = 'queued' and (t.exclusive_worktree_id = any($3)) is not true
       and not t.session_id = any($4)
       and ${isHead} and ${executesElsewhere} is not true
       and s.executing_task_id is null and s.held_by_task_id is null and s.archived_at is null
     order by t.waits_since limit room.slots
     for no key update of w skip locked) t on true`,
)

/**
 * Looks for heads that the runtime may take, longest waiting first, as many as it has room for, and locks their worktrees.
 * What another claim holds is passed over, and so is what was found before: those sessions, and whoever else waits for
 * their worktrees, unless writers are parallel. Without these locks two claims choose the same worktree and one breaks on
 * the unique index (336 of 800 did).
 *
 * What is answered is from before the locks were had. Whoever takes a head must look once more, in a statement of its own
 * (in the same one it broke the index in 289 of 300 rounds).
 *
 * @throws FENCED when another boot has taken the runtime's place
 */
export async function lookForHeads(
  tx: Tx,
  { runtime_id, boot_id, known }: { runtime_id: string; boot_id: string; known: string[] },
  slots: number,
  found: Head[],
): Promise<Waiting> {
  const sessions = found.map(({ session_id }) => session_id)
  const taken = new Set(found.filter(({ parallel }) => !parallel).map(({ worktree_id }) => worktree_id))
  const rows = await look(tx, runtime_id, slots, [...taken], sessions, boot_id, known)
  if (!rows[0]) throw replaced()
  const { room, lost } = rows[0]
  return { room, lost, heads: rows.flatMap((row) => (row.id === null ? [] : [row])) }
}
