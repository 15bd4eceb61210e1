import { maybeRow, presentAllowance, statement } from '@yardmaster/store'
import { v7 } from 'uuid'
import type { HeldSession } from '../ledger/ledger.js'
import { logged } from '../ledger/logged.js'
import { type Subject, subjectOf } from './subject.js'

export interface Option {
  option_id: string
  name: string
  kind: string
}

/** A remembered answer, and how it answers the request at hand. */
export interface RememberedAnswer {
  allowance_id: string
  option_id: string
  decided_by: string | null
}

const asked = 'session_id = $1 and kind = $2 and title = $3 and subject = $4::jsonb'
const find = statement<
  [string, ...Subject],
  { id: string; option_kind: 'allow_always' | 'reject_always'; created_by: string | null }
>('find-allowance', `select id, option_kind, created_by from allowances where ${asked}`)

// Two requests of one subject may have been pending at once; the later answer is the one that holds.
const remember = statement<
  [number, string, string, ...Subject, string, string, string | null],
  { wire: object }
>(
  'remember-answer',
  logged(
    'allowances created',
    `insert into allowances as a (id, session_id, worktree_id, kind, title, subject, option_kind, option_name, created_by)
     select $3, s.id, s.worktree_id, $4, $5, $6::jsonb, $7, $8, $9 from sessions s where s.id = $2
     on conflict (session_id, md5(kind), md5(title), md5(subject::text))
     do update set option_kind = excluded.option_kind, option_name = excluded.option_name,
       created_by = excluded.created_by, created_at = clock_timestamp()
     returning ${presentAllowance('a')} as wire`,
  ),
)

/** What was answered for good to a request like this one, put into the options that this one has; null when asked. */
export async function rememberedAnswer(
  session: HeldSession,
  tool_call: object,
  options: readonly Option[],
): Promise<RememberedAnswer | null> {
  const subject = subjectOf(tool_call)
  const known = subject && maybeRow(await find(session.tx, session.row.id, ...subject))
  if (!known) return null
  const once = known.option_kind.replace('always', 'once')
  const option =
    options.find(({ kind }) => kind === known.option_kind) ?? options.find(({ kind }) => kind === once)
  return option ? { allowance_id: known.id, option_id: option.option_id, decided_by: known.created_by } : null
}

/** Remembers an answer that is to hold for the rest of the session. Any other leaves no trace here. */
export async function rememberAnswer(
  session: HeldSession,
  tool_call: object | null,
  { kind, name }: Option,
  decided_by: string | null,
): Promise<void> {
  const subject = tool_call && subjectOf(tool_call)
  if (!subject || (kind !== 'allow_always' && kind !== 'reject_always')) return
  await session.log('allowances', 'created', (...at) =>
    remember(...at, v7(), ...subject, kind, name, decided_by),
  )
}
