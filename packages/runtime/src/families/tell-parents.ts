import type { TaskStatus } from '@yardmaster/protocol'
import { maybeRow, statement } from '@yardmaster/store'
import { v7 } from 'uuid'
import { asSystem, type HeldSession, type Ledger, withSession } from '../ledger/ledger.js'
import { holdSession } from '../ledger/lock-session.js'
import { logged, wireAndLogged } from '../ledger/logged.js'
import { promptIn } from '../queue/prompt.js'

interface Due {
  task_id: string
  child_id: string
  parent_id: string
}

const due = statement<[], Due>(
  'endings-to-tell',
  `select t.id as task_id, t.session_id as child_id, s.parent_session_id as parent_id
   from tasks t join sessions s on s.id = t.session_id
   where t.tells_parent and t.ended_seq is not null and t.ended_seq is distinct from t.told_seq
     and s.parent_session_id is not null
   order by s.parent_session_id, t.id`,
)

interface Told {
  status: TaskStatus
  title: string | null
  created_by: string | null
  why: string | null
  last_words: string | null
  /** Whoever spawned it may still prompt the parent. */
  allowed: boolean
}

// $2 is the parent. A message of the agent's own is the nearest thing there is to a result.
const markTold = statement<[string, string], Told>(
  'mark-ending-told',
  `update tasks t set told_seq = t.ended_seq
   from sessions c, sessions p
   where t.id = $1 and c.id = t.session_id and p.id = $2
     and t.ended_seq is not null and t.ended_seq is distinct from t.told_seq
   returning t.status, c.title, t.created_by, coalesce(t.error->>'message', t.failure_reason) as why,
     (select string_agg(b->>'text', '') from jsonb_array_elements((
        select m.content from messages m
        where m.task_id = t.id and m.attempt = t.attempt and m.type = 'text' and m.role = 'agent'
        order by m.seq desc limit 1)) b) as last_words,
     coalesce(access_level(t.created_by, p.worktree_id) >=
       (case when p.created_by = t.created_by then 'session' else 'prompt' end)::level, false) as allowed`,
)

const insertNotice = statement<[number, string, string, string], { wire: object }>(
  'insert-notice-of-child',
  logged(
    'messages created',
    `insert into messages as m (id, session_id, worktree_id, seq, type, role, content, preview)
     select $3, s.id, s.worktree_id, $1, 'notice', 'system',
       jsonb_build_array(jsonb_build_object('type', 'text', 'text', $4::text)), left($4::text, 200)
     from sessions s where s.id = $2 returning ${wireAndLogged}`,
  ),
)

/**
 * Tells the endings of spawned sessions to those that spawned them: a notice in the parent's transcript, and a prompt in
 * its queue, so that its agent hears of it as well, at work or not. Each ending once: that it was told is written down
 * in the transaction that tells it.
 */
export async function tellParents(ledger: Ledger): Promise<void> {
  for (const ending of await due(ledger.db)) await tellParent(ledger, ending)
}

function tellParent(ledger: Ledger, { task_id, child_id, parent_id }: Due): Promise<void> {
  return ledger.db.transaction(async (tx) => {
    const { events } = await withSession(tx, parent_id, asSystem, 3, async (parent) => {
      // The parent was there before its child, so this is the order of ids.
      await holdSession(tx, child_id)
      const ending = maybeRow(await markTold(tx, task_id, parent_id))
      if (ending?.allowed && !parent.row.archived_at) await tell(parent, child_id, ending)
    })
    tx.afterCommit(() => ledger.publish(events))
  })
}

async function tell(parent: HeldSession, child_id: string, ending: Told): Promise<void> {
  const name = ending.title ? `"${oneLine(ending.title)}" (${child_id})` : child_id
  const why = ending.why ? `: ${oneLine(ending.why)}` : ''
  const news = `The session ${name} that was spawned from here has ended its prompt, ${ending.status}${why}`
  await parent.log('messages', 'created', (...at) => insertNotice(...at, v7(), news))
  await promptIn(parent, ending.created_by, { prompt: [news, ...quote(ending.last_words)].join('\n') })
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim()

const LONGEST = 4_000

/**
 * As a quotation, line by line: what one agent said must not read as if the person had said it to the other. (For the
 * shell agent, a line that begins with `$ ` would be a command.)
 */
function quote(words: string | null): string[] {
  if (!words?.trim()) return []
  const lines = words
    .trim()
    .slice(-LONGEST)
    .split(/\r\n|[\n\r\u2028\u2029]/)
  return ['Its last words:', ...lines.map((line) => `> ${line}`)]
}
