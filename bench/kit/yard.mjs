import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readFile, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { migrateUp } from '@yardmaster/store'
import pg from 'pg'
import { flags } from './flags.mjs'
import { serve } from './processes.mjs'

const { sign } = createRequire(import.meta.url)('jsonwebtoken')

/**
 * Daemons as processes, on a database with rows to call about.
 *
 * @param {string} url of an empty database
 * @param {{sessions: number, messages: number, redis?: string}} how sessions, each with a running task that an executor
 *   holds, and messages in each; with the address of a Redis, two daemons share the database
 * @returns the daemon, its sibling if there is one, tokens and ids to call with
 */
export async function withYard(url, { redis, ...counts }, work) {
  await migrateUp(url)
  const pool = new pg.Pool({ connectionString: url, max: 2 })
  const homes = []
  const daemons = []
  try {
    const env = { DATABASE_URL: url, ...(redis ? { REDIS_URL: redis } : {}) }
    for (let count = redis ? 2 : 1; count > 0; count -= 1) {
      homes.push(await makeHome(homes[0]))
      daemons.push(await serveFrom(homes.at(-1), env))
    }
    const secret = await readFile(join(homes[0], 'signing.key'), 'utf8')
    const token = (subject, payload) =>
      sign(payload, secret, {
        subject,
        audience: 'yardmaster',
        algorithm: 'HS256',
        expiresIn: 3600,
        jwtid: randomUUID(),
      })
    const rows = await fill(pool, counts)
    const user = token(rows.user_id, { kind: 'user', epoch: 1 })
    const runs = rows.runs.map((run) => {
      const { task_id, session_id, nonce } = run
      return { ...run, token: token(task_id, { kind: 'executor', session_id, attempt: 1, nonce }) }
    })
    const [daemon, sibling] = daemons
    return await work({ daemon, sibling, pool, secret, user, worktree_id: rows.worktree_id, runs })
  } finally {
    for (const daemon of daemons) await daemon.stop()
    await pool.end()
    for (const home of homes) await rm(home, { recursive: true, force: true })
  }
}

/** Daemons of one database have the same keys. */
async function makeHome(like) {
  const home = await mkdtemp(join(tmpdir(), 'yardmaster-bench-'))
  if (like)
    for (const key of ['signing.key', 'environment.key', 'push.key'])
      await cp(join(like, key), join(home, key), { errorOnExist: true })
  return home
}

const serveFrom = (home, env) =>
  serve(
    './daemon.mjs',
    {
      ...env,
      YARDMASTER_HOME: home,
      YARDMASTER_PORT: '0',
      YARDMASTER_ADMIN_EMAIL: 'admin@example.com',
      YARDMASTER_ADMIN_PASSWORD: randomUUID(),
    },
    flags,
  )

/** Of a runtime that holds the tasks and is never heard of: the daemon's own would say that it does not run them. A member who may view and prompt in one worktree, and in it sessions at work. */
async function fill(pool, { sessions, messages }) {
  const user_id = randomUUID()
  await pool.query(
    `insert into users (id, email, name, role) values ($1, 'member@example.com', 'Member', 'member')`,
    [user_id],
  )
  const place = await pool.query(
    `with host as (insert into runtimes (id, name, last_seen_at) values (gen_random_uuid(), 'bench', clock_timestamp()) returning id),
       repo as (insert into repos (id, name, path, default_branch) values (gen_random_uuid(), 'bench', '/repo', 'main') returning id),
       place as (
         insert into worktrees (id, repo_id, node_id, runtime_id, name, branch, target_branch, path, base_sha, parallel_writers)
         select gen_random_uuid(), repo.id, gen_random_uuid(), r.id, 'bench', 'b', 'main', '/w/bench', '', true
         from repo, host r returning id, runtime_id),
       leave as (
         insert into grants (id, worktree_id, user_id, level) select gen_random_uuid(), id, $1, 'prompt' from place)
     select id, runtime_id from place`,
    [user_id],
  )
  const { id: worktree_id, runtime_id } = place.rows[0]
  const { rows: runs } = await pool.query(
    `with held as (
       insert into sessions (id, worktree_id, node_id, runtime_id, harness, created_by, executing_task_id, executing_attempt, last_seq)
       select gen_random_uuid(), $1, gen_random_uuid(), $2, 'shell', $3, gen_random_uuid(), 1, $5
       from generate_series(1, $4::int)
       returning id, executing_task_id),
     at_work as (
       insert into tasks (id, session_id, worktree_id, runtime_id, created_by, prompt, status, attempt, nonce, position, started_at, lease_expires_at)
       select executing_task_id, id, $1, $2, $3, 'a prompt', 'running', 1, gen_random_uuid(), 1, clock_timestamp(),
         clock_timestamp() + interval '1 day'
       from held returning id as task_id, session_id, nonce)
     select * from at_work`,
    [worktree_id, runtime_id, user_id, sessions, messages],
  )
  for (const run of runs) await say(pool, run, messages)
  await pool.query('analyze')
  return { user_id, worktree_id, runs }
}

/** Messages of a usual length, each with its event, in batches that no statement takes long for. */
export async function say(pool, { session_id, task_id }, count, from = 0) {
  const batch = 20_000
  for (let first = from + 1; first <= from + count; first += batch) {
    const last = Math.min(first + batch - 1, from + count)
    await pool.query(
      `with said as (
         insert into messages (id, session_id, task_id, worktree_id, attempt, seq, type, role, content, preview, client_id)
         select gen_random_uuid(), s.id, $2, s.worktree_id, 1, n, 'text', 'agent',
           jsonb_build_array(jsonb_build_object('type', 'text', 'text', repeat('some words of an answer ', 12))),
           'some words', 'bench-' || n
         from sessions s, generate_series($3::int, $4::int) n where s.id = $1
         returning id, session_id, seq)
       insert into session_events (session_id, seq, type, data)
       select session_id, seq, 'messages created', jsonb_build_object('id', id, 'session_id', session_id, 'preview', 'some words')
       from said`,
      [session_id, task_id, first, last],
    )
  }
}
