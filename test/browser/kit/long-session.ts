import type { TestDaemon } from '../../daemon'

/** Gives a session a past, by a few statements: tasks of 200 messages each, of which the first is its prompt. */
export async function makeLong(
  { database }: TestDaemon,
  session_id: string,
  messages: number,
): Promise<void> {
  const each = 200
  const id = (what: string, n: string) => `md5('${what} ' || $1 || ' ' || ${n})::uuid`
  await database.db.query({
    text: `insert into tasks (id, session_id, worktree_id, runtime_id, prompt, status, attempt, position, ended_seq)
      select ${id('task', 'n')}, s.id, s.worktree_id, s.runtime_id, 'prompt ' || n, 'completed', 1, n, n * ${each}
      from sessions s, generate_series(1, $2::int / ${each}) n where s.id = $1::text::uuid`,
    values: [session_id, messages],
  })
  await database.db.query({
    text: `insert into messages (id, session_id, task_id, worktree_id, attempt, seq, type, role, content, preview, client_id)
      select ${id('message', 'n')}, s.id, ${id('task', `(1 + (n - 1) / ${each})`)}, s.worktree_id, 1, n, kind.type,
        case kind.type when 'prompt' then 'user' else 'agent' end,
        jsonb_build_array(jsonb_build_object('type', 'text', 'text', kind.text)), kind.text, 'c' || n
      from sessions s, generate_series(1, $2::int) n,
        lateral (select case when n % ${each} = 1 then 'prompt' else 'text' end as type,
          case when n % ${each} = 1 then 'prompt ' || 1 + n / ${each} when n = $2 / 2 then 'the needle "here"'
            else 'message ' || n end as text) kind
      where s.id = $1::text::uuid`,
    values: [session_id, messages],
  })
  await database.db.query({
    text: `update sessions set last_seq = $2, trimmed_seq = $2 where id = $1`,
    values: [session_id, messages],
  })
}
