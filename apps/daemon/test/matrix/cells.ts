import { randomUUID } from 'node:crypto'
import { type Answer, type Call, transports } from '../helpers/calls'
import { calls, type Fresh, type Said } from './calls'
import { buildScenes, idIn, type Scene } from './scenes'
import type { Subject } from './subject'
import { type Column, columns, type Expectation } from './table'
import { harnesses, type World } from './world'

/** One call by one caller over one transport, what it shall be answered, and later what it was. */
export interface Cell {
  line: Expectation
  said: Said
  column: Column
  transport: (typeof transports)[number]
  expected: string
  scene: Scene
  subject: Subject
  token: string | null
  call: Call
  answer?: Answer
}

const passes = (expected: string): boolean => ['ok', 'none', 'card'].includes(expected)

const kinds: readonly Fresh[] = [
  'invitation',
  'entry',
  'browser',
  'apiToken',
  'team',
  'member',
  'worktree',
  'repo',
  'user',
  'grant',
  'runtime',
]
interface One {
  id: string
  /** Who calls with it. */
  self: string
}
type Wanted = Record<Fresh, One[]>

/** Lays out every cell of the table, and writes the rows that they are about. */
export async function layOut(world: World, table: Expectation[]): Promise<Cell[]> {
  const { shared } = world
  const wanted = Object.fromEntries(kinds.map((kind) => [kind, [] as One[]])) as Wanted
  const scenes: Scene[] = []
  let number = 0
  const cells = table.flatMap((line) =>
    transports.flatMap((transport) =>
      columns.flatMap((column, place): Cell[] => {
        const said = calls[line.name]
        const expected = line.cells[place] as string
        if (!said || expected === '.' || (line.transport && line.transport !== transport)) return []
        const own = column.name === 'own' || column.group === 'own'
        const user = world.userOf(column)
        const fresh: Partial<Record<Fresh, string>> = {}
        const make = (kind: Fresh) => {
          const id = randomUUID()
          fresh[kind] = id
          wanted[kind].push({ id, self: user ?? shared.user })
        }
        // What is refused is tried on what all share, and leaves it as it is.
        if (said.fresh && (passes(expected) || said.fresh === 'runtime')) make(said.fresh)
        // A claim passes over worktrees that another one has locked.
        if (said.in && fresh.runtime) make('worktree')
        const runtime = fresh.runtime ?? shared.runtime
        const scene: Scene = {
          number: said.in ? ++number : 0,
          state: said.in ?? 'running',
          worktree_id: fresh.worktree ?? shared.worktree,
          runtime_id: runtime,
          created_by: own && user ? user : shared.user,
          puts: said.puts ?? false,
        }
        if (said.in) scenes.push(scene)
        const token = world.tokenOf(column, scene, runtime)
        const subject: Subject = {
          ...shared,
          ...fresh,
          ...scenesRows(scene.number),
          self: user ?? shared.user,
          entry: fresh.entry ?? user ?? shared.entry,
          browser: fresh.browser ?? user ?? shared.browser,
          token: token ?? 'none',
          // That of a runtime of its own is its id.
          boot: runtime,
          name: `matrix-${randomUUID()}`,
        }
        const { path, method } = line
        const call = { path, method, ...said.call(subject) }
        return [{ line, said, column, transport, expected, scene, subject, token, call }]
      }),
    ),
  )
  await writeFresh(world, wanted)
  await buildScenes(world.yard.database.db, scenes)
  return cells
}

const scenesRows = (number: number) => ({
  session: idIn('session', number),
  task: idIn('task', number),
  ended: idIn('ended', number),
  queued: idIn('queued', number),
  message: idIn('message', number),
  request: idIn('request', number),
  allowance: idIn('allowance', number),
  attachment: idIn('attachment', number),
  unsent: idIn('unsent', number),
})

async function writeFresh({ yard, shared }: World, wanted: Wanted): Promise<void> {
  const { db } = yard.database
  const each = (text: string, rows: One[], ...more: unknown[]) =>
    db.query({
      text: `with fresh as (select * from jsonb_to_recordset($1::jsonb) as x(id uuid, self uuid)) ${text}`,
      values: [JSON.stringify(rows), ...more],
    })
  await each(
    `insert into worktrees (id, repo_id, node_id, runtime_id, name, branch, target_branch, path, base_sha)
     select f.id, w.repo_id, w.node_id, w.runtime_id, f.id::text, f.id::text, w.target_branch, '/nowhere/' || f.id, w.base_sha
     from fresh f, worktrees w where w.id = $2`,
    wanted.worktree,
    shared.worktree,
  )
  await each(
    `insert into repos (id, name, path, default_branch) select id, id::text, '/nowhere', 'main' from fresh`,
    wanted.repo,
  )
  const users = `insert into users (id, email, name, role) select id, id || '@example.com', 'X', 'member'`
  await each(`${users} from fresh`, wanted.user)
  await each(
    `, held as (${users} from fresh)
     insert into grants (id, worktree_id, user_id, level) select id, $2, id, 'view' from fresh`,
    wanted.grant,
    shared.worktree,
  )
  await each(
    `insert into api_tokens (id, user_id, name, token_hash, scopes) select id, $2, 'X', uuid_send(id), '{read}' from fresh`,
    wanted.apiToken,
    shared.user,
  )
  await each(
    `insert into environment_entries (id, user_id, name, key_id, sealed) select id, self, id, 'x', uuid_send(id) from fresh`,
    wanted.entry,
  )
  await each(
    `insert into push_subscriptions (id, user_id, auth_epoch, endpoint, p256dh, auth_secret)
     select id, self, 1, 'https://push.example.com/' || id, 'x', 'x' from fresh`,
    wanted.browser,
  )
  await each(
    `, invited as (${users} from fresh)
     insert into invitations (id, user_id, token_hash, expires_at) select id, id, uuid_send(id), clock_timestamp() from fresh`,
    wanted.invitation,
  )
  await each(`insert into teams (id, name) select id, id::text from fresh`, wanted.team)
  await each(
    `, held as (${users} from fresh)
     insert into team_members (id, team_id, user_id) select id, $2, id from fresh`,
    wanted.member,
    shared.team,
  )
  await each(
    `insert into runtimes (id, boot_id, name, harnesses, allowed_roots)
     select id, id, 'of a test', $2::jsonb, '["/nowhere"]' from fresh`,
    wanted.runtime,
    JSON.stringify(harnesses),
  )
}
