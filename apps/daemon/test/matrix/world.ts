import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { git } from '@yardmaster/git'
import type { Role, Scope } from '@yardmaster/protocol'
import type { Db } from '@yardmaster/store'
import jwt from 'jsonwebtoken'
import { startTestDaemon, type TestDaemon } from '../../../../test/daemon'
import { hashOfApiToken, makeApiToken } from '../../src/sign-in/api-tokens'
import { harnessesTold } from '../helpers/harnesses-told'
import { buildScenes, idIn, type Scene } from './scenes'
import { type Column, columns, groups } from './table'

const patient = { dispatched: 86_400_000, started: 86_400_000, heartbeat_timeout: 86_400_000 }

/** Of every runtime here. */
export const harnesses = [{ id: 'shell', name: 'Shell', version: null, capabilities: {}, problem: null }]

/** One daemon, everybody who calls, and the place that all levels are about. */
export interface World {
  yard: TestDaemon
  shared: Record<
    | 'worktree'
    | 'repo'
    | 'user'
    | 'grant'
    | 'team'
    | 'member'
    | 'apiToken'
    | 'entry'
    | 'browser'
    | 'invitation'
    | 'runtime'
    | 'directory',
    string
  >
  /** The token of a member who may view the worktree. */
  member: string
  /** The user in a column, where it has one. */
  userOf(column: Column): string | null
  /** The token of a column for calls in a scene; null is none. */
  tokenOf(column: Column, scene: Scene, runtime: string): string | null
  stop(): Promise<void>
}

/** Whose scenes are nobody's own. */
export const elsewhere = 0

export async function buildWorld(): Promise<World> {
  const yard = await startTestDaemon({ limits: patient })
  await harnessesTold(yard)
  const { db } = yard.database
  const directory = await repository()
  const [runtime, stranger, user, grant, team] = Array.from({ length: 5 }, () => randomUUID()) as [
    string,
    string,
    string,
    string,
    string,
  ]
  const { id: worktree, repo_id: repo } = await yard.worktree()
  await db.query({
    text: `insert into runtimes (id, name, last_seen_at, harnesses)
           select id, 'of a test', clock_timestamp(), $2 from unnest($1::uuid[]) id`,
    values: [[runtime, stranger], JSON.stringify(harnesses)],
  })
  // Nothing runs by itself: the runtime of the daemon's host, which holds the worktree, is the test. Many scenes run in it at once.
  Object.assign(yard.daemon.yard, { runtime_id: runtime })
  await db.query({
    text: 'update worktrees set runtime_id = $2, parallel_writers = true where id = $1',
    values: [worktree, runtime],
  })
  await db.query({
    text: `with one as (insert into users (id, email, name, role) values ($1, 'some@body', 'Somebody', 'member'))
           insert into grants (id, worktree_id, user_id, level) values ($2, $3, $1, 'view')`,
    values: [user, grant, worktree],
  })
  await db.query({
    text: `with one as (insert into teams (id, name) values ($1, 'A team'))
           insert into grants (id, worktree_id, team_id, level) values ($2, $3, $1, 'view')`,
    values: [team, randomUUID(), worktree],
  })
  // It made the worktree, which made it an owner.
  await db.query({ text: 'delete from grants where user_id = $1', values: [yard.admin.user.id] })
  const users = await people(yard, repo)
  // In a team that opens nothing, and with an API token nobody knows: what is one's own, by the id of its user.
  await db.query({
    text: `with one as (insert into teams (id, name) values ($1, 'Everybody'))
           insert into team_members (id, team_id, user_id) select id, $1, id from users`,
    values: [randomUUID()],
  })
  await db.query({
    text: `insert into api_tokens (id, user_id, name, token_hash, scopes)
           select id, id, 'X', uuid_send(id), '{read}' from users`,
  })
  await db.query({
    text: `insert into environment_entries (id, user_id, name, key_id, sealed)
           select id, id, 'X', 'x', uuid_send(id) from users`,
  })
  // Nobody is told of anything: no endpoint here leads anywhere.
  await db.query({ text: "update users set notify = '{}'" })
  await db.query({
    text: `insert into push_subscriptions (id, user_id, auth_epoch, endpoint, p256dh, auth_secret)
           select id, id, 1, 'https://push.example.com/' || id, 'x', 'x' from users`,
  })
  await db.query({
    text: `insert into invitations (id, user_id, token_hash, expires_at) values ($1, $1, 'x', clock_timestamp())`,
    values: [user],
  })
  const apiTokens = await tokensOf(db, users.get('others owner') as string, groups.token)
  const [ofAdmin, revoked, lapsed] = await tokensOf(db, yard.admin.user.id, ['manage', 'manage', 'manage'])
  await db.query({
    text: 'delete from api_tokens where token_hash = $1',
    values: [hashOfApiToken(revoked as string)],
  })
  await db.query({
    text: "update api_tokens set expires_at = clock_timestamp() - interval '1 second' where token_hash = $1",
    values: [hashOfApiToken(lapsed as string)],
  })
  const { tokens } = yard.daemon.yard
  const expired = jwt.sign({ kind: 'user', epoch: 1 }, tokens.secret, {
    subject: users.get('nobody ended') as string,
    audience: 'yardmaster',
    expiresIn: -1,
  })
  const signedIn = new Map([...users].map(([key, id]) => [key, tokens.forUser({ id, auth_epoch: 1 })]))
  await db.query({
    text: 'update users set disabled_at = clock_timestamp() where id = $1',
    values: [users.get('nobody disabled')],
  })
  await db.query({
    text: 'update users set auth_epoch = 2 where id = $1',
    values: [users.get('nobody ended')],
  })
  const somewhere: Scene = {
    number: elsewhere,
    state: 'running',
    worktree_id: worktree,
    runtime_id: runtime,
    created_by: user,
    puts: false,
  }
  await buildScenes(db, [somewhere])

  const executor = (number: number, task: 'task' | 'ended', attempt: number) =>
    tokens.forExecutor({
      task_id: idIn(task, number),
      session_id: idIn('session', number),
      attempt,
      nonce: idIn('nonce', number),
    })
  return {
    yard,
    shared: {
      worktree,
      repo,
      user,
      grant,
      team,
      member: user,
      apiToken: user,
      entry: user,
      browser: user,
      invitation: user,
      runtime,
      directory,
    },
    member: signedIn.get('others view') as string,
    userOf: ({ group, name }) => users.get(keyOf(group, name)) ?? null,
    tokenOf({ group, name }, { number }, runtime) {
      if (group === 'token') return apiTokens[(groups.token as readonly string[]).indexOf(name)] as string
      switch (`${group} ${name}`) {
        case 'nobody unsigned':
          return null
        case 'nobody expired':
          return expired
        case 'nobody revoked':
          return revoked as string
        case 'nobody lapsed':
          return lapsed as string
        case 'admin admin':
          return yard.admin.token
        case 'admin token':
          return ofAdmin as string
        case 'executor this':
          return executor(number, 'task', 2)
        case 'executor sibling':
          return executor(number, 'ended', 1)
        case 'executor older':
          return executor(number, 'task', 1)
        case 'executor other':
          return executor(elsewhere, 'task', 2)
        case 'runtime holds':
          return tokens.forRuntime(runtime)
        case 'runtime other':
          return tokens.forRuntime(stranger)
        default:
          return signedIn.get(keyOf(group, name)) as string
      }
    },
    async stop() {
      await yard.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

// The same person calls about sessions of others and about their own, and by what token of theirs ever.
function keyOf(group: Column['group'], name: string): string {
  if (group === 'token') return 'others owner'
  if (group === 'own') return `others ${name}`
  if (group === 'viewer') return 'viewer'
  return group === 'admin' || name === 'revoked' || name === 'lapsed' ? 'admin' : `${group} ${name}`
}

/** A user for each column that is one, and on the repo the level that it is called by. */
async function people({ database: { db }, admin }: TestDaemon, repo: string): Promise<Map<string, string>> {
  const keys = new Set(
    columns
      .filter(({ group, name }) => !['executor', 'runtime', 'token'].includes(group) && name !== 'unsigned')
      .map(({ group, name }) => keyOf(group, name)),
  )
  keys.delete('admin')
  const users = [...keys].map((key) => {
    const [group, name = ''] = key.split(' ')
    const role: Role = group === 'viewer' ? 'viewer' : 'member'
    const level = group === 'others' ? (name === 'none' ? null : name) : 'owner'
    return { id: randomUUID(), key, role, level, grant: randomUUID() }
  })
  await db.query({
    text: `with them as (select * from jsonb_to_recordset($1::jsonb) as x(id uuid, key text, role text, level level, "grant" uuid)),
             made as (insert into users (id, email, name, role) select id, id || '@example.com', key, role from them returning id)
           insert into grants (id, repo_id, user_id, level)
           select t."grant", $2, t.id, t.level from them t join made using (id) where t.level is not null`,
    values: [JSON.stringify(users), repo],
  })
  return new Map([...users.map(({ key, id }): [string, string] => [key, id]), ['admin', admin.user.id]])
}

/** An API token of the user for each of the scopes, in their order. */
async function tokensOf(db: Db, user_id: string, scopes: readonly Scope[]): Promise<string[]> {
  const made = scopes.map((scope) => {
    const id = randomUUID()
    return { id, scope, token: makeApiToken(user_id, id) }
  })
  for (const { id, scope, token } of made)
    await db.query({
      text: `insert into api_tokens (id, user_id, name, token_hash, scopes) values ($1, $2, $3, $4, $5)`,
      values: [id, user_id, scope, hashOfApiToken(token), [scope]],
    })
  return made.map(({ token }) => token)
}

async function repository(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'yardmaster-repo-'))
  await git(['init', '-q', '-b', 'main'], { cwd: path })
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
  await git([...author, 'commit', '-q', '--allow-empty', '-m', 'Begin'], { cwd: path })
  return path
}
