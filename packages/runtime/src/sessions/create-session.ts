import { YardmasterError } from '@yardmaster/protocol'
import { accessVersion, maybeRow, presentSession, statement, type Tx } from '@yardmaster/store'
import { v7 } from 'uuid'
import type { Ledger } from '../ledger/ledger.js'

export interface NewSession {
  worktree_id: string
  harness: string
  title?: string | null
  model?: string | null
  mode?: string | null
  config?: object
  permission_mode?: string
  request_expiry?: number | null
  /** Where it comes from, if from another session. */
  parent_session_id?: string
  forked_from_session_id?: string
  forked_from_task_id?: string | null
}

interface Created {
  wire: { id: string }
  problem: string | null
  known: boolean
  archived: boolean
}

// Repeats the level that the call needs: a grant that went meanwhile makes it insert nothing.
const insertSession = statement<unknown[], Created>(
  'insert-session',
  `with place as (
     select w.*, h.value as harness, s.node_id as here
     from worktrees w
     cross join installation s
     left join runtimes r on r.id = w.runtime_id
     left join lateral (select value from jsonb_array_elements(r.harnesses) where value->>'id' = $3) h on true
     where w.id = $2 and access_level($4, w.id) >= 'session'),
   made as (
     insert into sessions (id, worktree_id, node_id, runtime_id, harness, title, model, mode, config,
       permission_mode, created_by, base_sha, last_seq, request_expiry, parent_session_id,
       forked_from_session_id, forked_from_task_id)
     select $1, p.id, p.node_id, p.runtime_id, $3, $5, $6, $7, coalesce($8::jsonb, '{}'),
       coalesce($9, 'relay'), $4, p.base_sha, 1, $10, $11, $12, $13
     from place p where p.archived_at is null and p.harness is not null and p.harness->>'problem' is null
     returning *)
   select (select to_jsonb(made) from made) as wire, place.harness->>'problem' as problem,
     place.harness is not null as known, place.archived_at is not null as archived
   from place`,
)

const logCreated = statement<[string], { wire: { id: string }; access_version: number }>(
  'log-session-created',
  `with changed as (select s.id, ${presentSession('s')} as wire from sessions s where s.id = $1),
   entry as (insert into session_events (session_id, seq, type, data) select id, 1, 'sessions created', wire from changed)
   select wire, ${accessVersion} as access_version from changed`,
)

/**
 * A new session at the worktree's own runtime. The first event of its log is its creation.
 *
 * @throws NOT_FOUND, ARCHIVED, UNKNOWN_HARNESS
 */
export const createSession = (ledger: Ledger, user_id: string, data: NewSession): Promise<object> =>
  ledger.db.transaction((tx) => createSessionIn(ledger, tx, user_id, data))

/** As {@link createSession}, inside a transaction that does more than that. */
export async function createSessionIn(
  ledger: Ledger,
  tx: Tx,
  user_id: string,
  data: NewSession,
): Promise<{ id: string }> {
  const found = maybeRow(
    await insertSession(
      tx,
      v7(),
      data.worktree_id,
      data.harness,
      user_id,
      data.title ?? null,
      data.model ?? null,
      data.mode ?? null,
      data.config ? JSON.stringify(data.config) : null,
      data.permission_mode ?? null,
      data.request_expiry ?? null,
      data.parent_session_id ?? null,
      data.forked_from_session_id ?? null,
      data.forked_from_task_id ?? null,
    ),
  )
  if (!found) throw new YardmasterError('NOT_FOUND')
  if (found.archived) throw new YardmasterError('ARCHIVED')
  if (!found.wire) {
    const why = found.known ? found.problem : 'there is no such harness on that runtime'
    throw new YardmasterError('UNKNOWN_HARNESS', `The harness "${data.harness}" cannot be used: ${why}.`)
  }
  const { wire, access_version } = (await logCreated(tx, found.wire.id))[0]!
  const { worktree_id } = data
  const event = { service: 'sessions', event: 'created' as const, data: wire, seq: 1, access_version }
  tx.afterCommit(() => ledger.publish([{ ...event, session_id: wire.id, worktree_id }]))
  return wire
}
