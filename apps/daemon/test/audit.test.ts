import { getServiceOptions } from '@feathersjs/feathers'
import { policyOf } from '@yardmaster/policy'
import type { AuditEntry } from '@yardmaster/protocol'
import { openDb } from '@yardmaster/store'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { isChange } from '../src/audit/entry'
import { type Call, openTransport, queryText, type Transport, transports } from './helpers/calls'
import { harnessesTold } from './helpers/harnesses-told'
import { everything } from './helpers/rows'
import { ask, fail, finish, say, startRun } from './helpers/runs'

let yard: TestDaemon
let rest: Transport
let seen: { id: string }
let hidden: { id: string }
beforeAll(async () => {
  // Nothing is written behind but by `lines`, so that what is gathered is what was refused between two of them.
  yard = await startTestDaemon({
    limits: { dispatched: 3_600_000, started: 3_600_000 },
    pace: { refusals: 3_600_000, strangers: 3_600_000 },
  })
  await harnessesTold(yard)
  rest = openTransport('REST', yard.url)
  seen = await yard.worktree()
  hidden = await yard.worktree()
  // The browsers here are nobody's, and are told nothing.
  await yard.admin.rest.service('users').patch(yard.admin.user.id, { notify: [] })
})
afterAll(() => yard.stop())

/** The newest lines first, those that were gathered included. */
async function lines(query: object = {}, by: Person = yard.admin): Promise<AuditEntry[]> {
  await yard.daemon.yard.audit.flush()
  const answer = await rest.call(by.token, {
    path: 'audit',
    method: 'find',
    query: { $sort: { id: -1 }, $limit: 200, ...query },
  })
  expect([answer.status, answer.body.data]).toEqual([200, expect.any(Array)])
  return answer.body.data
}
const newest = async (query: object = {}) => (await lines({ ...query, $limit: 1 }))[0]

const aFile = { name: 'a.txt', media_type: 'text/plain', data: 'c2VjcmV0IGZpbGU=' }
/** As a browser has them: a point on the curve, and 16 bytes. */
const keysOfBrowser = {
  p256dh: 'BBBIplVMeExJ-rMUghUy21ftvksJQg3BTONUWLsZqej0_VUOhCfKIfWLenfVUgUSopTZeUJBEAke8Xj9hIC7P2E',
  auth: 'AAECAwQFBgcICQoLDA0ODw',
}
const aBrowser = (name: string) => ({ endpoint: `https://push.example.com/${name}`, keys: keysOfBrowser })

/** A place with a row of every kind that a user can change. */
async function place() {
  const worktree = await yard.worktree()
  const [queued, run] = [await yard.session(worktree.id), await yard.session(worktree.id)]
  const attempt = await startRun(yard, run.id)
  const message_id = await say(yard, attempt)
  const request_id = await ask(yard, attempt)
  const sessions = yard.admin.rest.service('sessions')
  const waiting = await sessions.prompt({ id: run.id, prompt: 'waits' })
  const [member, other] = [await yard.person(), await yard.person()]
  const grant = await yard.admin.rest
    .service('grants')
    .create({ worktree_id: worktree.id, user_id: member.user.id, level: 'view' })
  const spare = await yard.repo()
  const name = `of ${run.id}`
  const team = await yard.admin.rest.service('teams').create({ name })
  const in_team = await yard.admin.rest
    .service('team-members')
    .create({ team_id: team.id, user_id: member.user.id })
  const token = await yard.admin.rest.service('api-tokens').create({ name, scopes: ['read'] })
  const kept = await yard.admin.rest
    .service('environment-entries')
    .create({ name: 'KEPT', value: 'a secret value' })
  const file = await yard.admin.rest.service('attachments').create({ session_id: run.id, ...aFile })
  const browser = await yard.admin.rest.service('push-subscriptions').create(aBrowser(`kept-${run.id}`))
  const invited = await yard.admin.rest
    .service('invitations')
    .create({ email: `invited-${run.id}@example.com`, name: 'Invited' })
  const { db } = yard.database
  const [allowance] = await db.query<{ id: string }>({
    text: `insert into allowances (id, session_id, worktree_id, kind, title, subject, option_kind, option_name)
           values (gen_random_uuid(), $1, $2, 'execute', 'ls', '[]', 'allow_always', 'Always') returning id`,
    values: [run.id, worktree.id],
  })
  // Its run failed, and holds what waits behind it. In a worktree of its own, which has one writer.
  const held = await yard.session((await yard.worktree({ repo_id: worktree.repo_id })).id)
  const failed = await startRun(yard, held.id)
  await sessions.prompt({ id: held.id, prompt: 'waits behind' })
  await fail(yard, failed)
  const leaving = await yard.worktree({ repo_id: worktree.repo_id })
  return {
    ...{ worktree, queued, run, attempt, message_id, request_id, waiting, member, other, grant, spare },
    ...{ team, in_team, token, kept, file, browser, invited, allowance: allowance!, held, failed, leaving },
  }
}

/** One call of each kind that changes something, in an order in which each can succeed. */
const changesOf = (at: Awaited<ReturnType<typeof place>>): Call[] => {
  const sessions = (method: string, data: object = {}, id = at.run.id): Call => ({
    path: 'sessions',
    method,
    data: { id, ...data },
  })
  const password = 'a new secret password'
  return [
    {
      path: 'users',
      method: 'create',
      data: { email: `${at.run.id}@example.com`, name: 'New', password },
    },
    { path: 'users', method: 'patch', id: at.other.user.id, data: { password, role: 'viewer' } },
    { path: 'users', method: 'remove', id: at.other.user.id },
    { path: 'repos', method: 'create', data: { name: `again-${at.run.id}`, path: at.spare.path } },
    { path: 'repos', method: 'patch', id: at.spare.id, data: { name: `other-${at.run.id}` } },
    { path: 'repos', method: 'remove', id: at.spare.id },
    { path: 'worktrees', method: 'create', data: { repo_id: at.worktree.repo_id, name: 'made' } },
    { path: 'worktrees', method: 'patch', id: at.worktree.id, data: { others_can: 'view' } },
    {
      path: 'grants',
      method: 'create',
      data: { repo_id: at.worktree.repo_id, user_id: at.member.user.id, level: 'all' },
    },
    { path: 'grants', method: 'patch', id: at.grant.id, data: { level: 'prompt' } },
    { path: 'grants', method: 'remove', id: at.grant.id },
    { path: 'teams', method: 'create', data: { name: `another of ${at.run.id}` } },
    { path: 'teams', method: 'patch', id: at.team.id, data: { name: `renamed of ${at.run.id}` } },
    { path: 'team-members', method: 'remove', id: at.in_team.id },
    { path: 'team-members', method: 'create', data: { team_id: at.team.id, user_id: at.member.user.id } },
    { path: 'teams', method: 'remove', id: at.team.id },
    { path: 'users', method: 'sign-out-everywhere', data: { id: at.member.user.id, tokens: true } },
    { path: 'api-tokens', method: 'create', data: { name: 'made', scopes: ['read'] } },
    { path: 'api-tokens', method: 'remove', id: at.token.id },
    { path: 'environment-entries', method: 'create', data: { name: 'MADE', value: 'another secret value' } },
    { path: 'environment-entries', method: 'remove', id: at.kept.id },
    { path: 'push-subscriptions', method: 'create', data: aBrowser(`made-${at.run.id}`) },
    { path: 'push-subscriptions', method: 'remove', id: at.browser.id },
    { path: 'invitations', method: 'create', data: { email: `${at.run.id}@new.example.com`, name: 'Newer' } },
    { path: 'invitations', method: 'remove', id: at.invited.id },
    { path: 'attachments', method: 'create', data: { session_id: at.run.id, ...aFile } },
    { path: 'attachments', method: 'remove', id: at.file.id },
    { path: 'allowances', method: 'remove', id: at.allowance.id },
    { path: 'sessions', method: 'create', data: { worktree_id: at.worktree.id, harness: 'shell' } },
    { path: 'sessions', method: 'patch', id: at.queued.id, data: { title: 'a title' } },
    sessions('prompt', { prompt: 'another prompt' }),
    { path: 'tasks', method: 'create', data: { session_id: at.run.id, prompt: 'one more' } },
    { path: 'tasks', method: 'patch', id: at.waiting.id, data: { prompt: 'better' } },
    { path: 'tasks', method: 'remove', id: at.waiting.id },
    {
      path: 'messages',
      method: 'patch',
      id: at.message_id,
      data: { content: [{ type: 'text', text: 'another text' }] },
    },
    { path: 'messages', method: 'remove', id: at.message_id },
    { path: 'permission-requests', method: 'patch', id: at.request_id, data: { option_id: 'yes' } },
    sessions('fork', { worktree: 'same' }),
    sessions('spawn', { prompt: 'a child' }),
    sessions('fix-sessions', {}, at.queued.id),
    sessions('stop'),
    sessions('continue', {}, at.held.id),
    { path: 'tasks', method: 'fix-sessions', data: { id: at.failed.task_id } },
    { path: 'sessions', method: 'remove', id: at.queued.id },
    { path: 'worktrees', method: 'remove', id: at.leaving.id },
  ]
}

/** The methods by which a user can change something, as they are served. */
function changing(): string[] {
  const { services } = yard.daemon.app as unknown as { services: Record<string, object> }
  return Object.entries(services).flatMap(([path, service]) =>
    (getServiceOptions(service as never).methods ?? [])
      .filter((method) => isChange(path, method) && policyOf(path, method)?.user)
      .map((method) => `${path}.${method}`),
  )
}

test('what a user changes by any method stands in the log once, with who, from where, what and which row', async () => {
  const at = await place()
  const changes = changesOf(at)
  // A method that is new is tried here too, and where a line cannot be written.
  const tried = changes.map(({ path, method }) => `${path}.${method}`)
  expect([...new Set(tried)].sort()).toEqual(changing().sort())
  for (const call of changes) {
    const since = await newest()
    const answer = await rest.call(yard.admin.token, call)
    expect([call.path, call.method, answer.status, answer.body.data?.code]).toEqual([
      ...[call.path, call.method, answer.status < 300 && answer.status, undefined],
    ])
    const written = await lines({ id: { $gt: since!.id } })
    const data = call.data as Record<string, unknown> | undefined
    expect(written).toMatchObject([
      {
        actor_kind: 'user',
        actor_id: yard.admin.user.id,
        actor_name: 'admin <admin@example.com>',
        acting_as: 'admin',
        transport: 'rest',
        address: '127.0.0.1',
        resource: call.path,
        method: call.method,
        row_id: call.method === 'create' ? answer.body.id : (call.id ?? data?.id),
        outcome: 'allowed',
        code: null,
        fields: Object.keys(data ?? {}).filter((name) => name !== 'id'),
        count: 1,
      },
    ])
  }
  expect(await newest({ resource: 'sessions', method: 'prompt' })).toMatchObject({
    worktree_id: at.worktree.id,
  })
  const all = JSON.stringify(await lines())
  const secrets = ['a new secret password', 'secret value', 'another prompt', 'another text', '$argon2']
  for (const secret of [...secrets, aFile.data, 'push.example.com', keysOfBrowser.auth, '#token='])
    expect(all).not.toContain(secret)
})

test('a change whose line cannot be written is not made', async () => {
  const at = await place()
  const owner = openDb({ url: yard.database.ownerUrl, max: 1 })
  try {
    await owner.query({
      text: `create function refuse_lines() returns trigger language plpgsql as
             $$ begin raise exception 'no' using errcode = '57014'; end $$`,
    })
    await owner.query({
      text: 'create trigger refuse_lines before insert on audit_log execute function refuse_lines()',
    })
    for (const call of changesOf(at)) {
      const before = await everything(yard.database.db)
      const { status, body } = await rest.call(yard.admin.token, call)
      expect([call.path, call.method, status, body.data.code]).toEqual([
        ...[call.path, call.method, 503, 'UNAVAILABLE'],
      ])
      expect(await everything(yard.database.db)).toEqual(before)
    }
    // Not even a sign-in is acknowledged that nobody could see.
    const data = { strategy: 'local', email: 'admin@example.com', password: 'a password for tests' }
    expect(await rest.call(null, { path: 'authentication', method: 'create', data })).toMatchObject({
      status: 503,
    })
  } finally {
    await owner.query({ text: 'drop trigger if exists refuse_lines on audit_log' })
    await owner.query({ text: 'drop function if exists refuse_lines' })
    await owner.close()
  }
  await rest.call(yard.admin.token, { path: 'grants', method: 'remove', id: at.grant.id })
  expect(await newest()).toMatchObject({ resource: 'grants', method: 'remove', row_id: at.grant.id })
})

test('an admin who grants themselves shows, with what was granted where', async () => {
  const owner = await yard.person()
  const { id } = hidden
  await yard.admin.rest.service('grants').create({ worktree_id: id, user_id: owner.user.id, level: 'owner' })
  const { id: user_id } = yard.admin.user
  const grant = await yard.admin.rest.service('grants').create({ worktree_id: id, user_id, level: 'owner' })
  expect(await newest({ worktree_id: id, actor_id: user_id })).toMatchObject({
    ...{ acting_as: 'admin', resource: 'grants', method: 'create', row_id: grant.id },
    details: { worktree_id: id, user_id, level: 'owner' },
  })
  await yard.admin.rest.service('grants').remove(grant.id)
  expect(await newest({ row_id: grant.id })).toMatchObject({
    method: 'remove',
    details: { worktree_id: id, user_id, level: 'owner' },
  })
})

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, yard.url)
  })
  afterAll(() => transport.close())
  const from = { address: '127.0.0.1', transport: name === 'REST' ? 'rest' : 'socketio' }

  test('what is refused to somebody stands there with the reason, like refusals in one line', async () => {
    const viewer = await yard.person('viewer')
    const { id: user_id } = viewer.user
    await yard.admin.rest.service('grants').create({ worktree_id: seen.id, user_id, level: 'view' })
    const patch = { path: 'worktrees', method: 'patch', id: seen.id, data: { others_can: 'all' } }
    for (let n = 0; n < 3; n++)
      expect(await transport.call(viewer.token, patch)).toMatchObject({ status: 403 })
    await transport.call(viewer.token, { path: 'worktrees', method: 'get', id: hidden.id })
    await transport.call(viewer.token, {
      path: 'worktrees',
      method: 'patch',
      id: hidden.id,
      data: { secret: 1 },
    })
    const by = {
      ...from,
      actor_kind: 'user',
      actor_id: viewer.user.id,
      acting_as: 'viewer',
      outcome: 'refused',
    }
    expect(await lines({ actor_id: viewer.user.id, outcome: 'refused', $sort: { id: 1 } })).toMatchObject(
      [
        {
          ...by,
          ...patch,
          method: 'patch',
          resource: 'worktrees',
          row_id: seen.id,
          code: 'FORBIDDEN',
          count: 3,
        },
        { ...by, method: 'get', row_id: hidden.id, worktree_id: hidden.id, code: 'NOT_FOUND' },
        { ...by, method: 'patch', row_id: hidden.id, code: 'INVALID', fields: [], details: {} },
      ].map(({ path: _, id: __, data: ___, ...line }: Record<string, unknown>) => line),
    )
  })

  test('sign-ins stand there, and those that failed on an account; the rest is counted', async () => {
    const { user } = await yard.person()
    const signIn = (email: string, password: string) =>
      transport.call(null, {
        path: 'authentication',
        method: 'create',
        data: { strategy: 'local', email, password },
      })
    await yard.daemon.yard.audit.flush()
    await signIn(user.email, 'not the password')
    expect(await newest()).toMatchObject({
      ...{ ...from, actor_kind: 'nobody', actor_id: null, row_id: user.id, outcome: 'refused' },
      ...{
        resource: 'authentication',
        method: 'create',
        code: 'SIGN_IN_FAILED',
        details: { strategy: 'local' },
      },
    })
    await signIn('typed-by@mistake.example', 'typed by mistake')
    await signIn('nobody@example.com', 'not the password')
    await transport.call(null, { path: 'users', method: 'find' })
    expect(await newest()).toMatchObject({
      ...{ actor_kind: 'nobody', resource: '*', method: '*', outcome: 'refused', address: null },
      ...{ code: 'SIGN_IN_FAILED', count: 3, details: { SIGN_IN_FAILED: 2, NOT_AUTHENTICATED: 1 } },
    })
    await signIn(user.email, 'a password for tests')
    expect(await newest()).toMatchObject({
      ...{ ...from, actor_kind: 'user', actor_id: user.id, row_id: user.id, outcome: 'allowed' },
      ...{ acting_as: 'member', actor_name: `${user.name} <${user.email}>`, resource: 'authentication' },
    })
    expect(JSON.stringify(await lines())).not.toContain('mistake')
  })

  test('only admins read it, and nobody changes it', async () => {
    const member = await yard.person()
    const find = (query: object) => transport.call(member.token, { path: 'audit', method: 'find', query })
    for (const query of [{}, { actor_id: member.user.id }])
      expect(await find(query)).toMatchObject({ status: 403, body: { data: { code: 'FORBIDDEN' } } })
    const { id } = (await newest())!
    for (const method of ['get', 'create', 'patch', 'update', 'remove'])
      expect(
        await transport.call(yard.admin.token, { path: 'audit', method, id, data: { code: null } }),
      ).toMatchObject({ status: 405 })
  })
})

test('the database itself keeps the daemon from changing what was written', async () => {
  const { db } = yard.database
  for (const text of ['update audit_log set code = null', 'delete from audit_log', 'truncate audit_log'])
    await expect(db.query({ text })).rejects.toThrow('permission denied for table audit_log')
})

test('the lines of users who are gone still say who it was', async () => {
  const [gone, other] = [await yard.person('admin'), await yard.person('admin')]
  await gone.rest.service('users').patch(gone.user.id, { name: 'Another name' })
  await other.rest.service('users').remove(other.user.id)
  await yard.admin.rest.service('users').remove(gone.user.id)
  for (const { user } of [gone, other])
    expect(await newest({ actor_id: user.id })).toMatchObject({ actor_name: `${user.name} <${user.email}>` })
  expect(await newest({ row_id: gone.user.id })).toMatchObject({
    ...{ actor_id: yard.admin.user.id, method: 'remove', details: { name: 'Another name' } },
  })
})

test('a run leaves no line for what its executor and runtime report, and one for what they are refused', async () => {
  const run = await startRun(yard, (await yard.session(seen.id)).id)
  await say(yard, run)
  await finish(yard, run)
  expect(await lines({ actor_kind: { $in: ['executor', 'runtime'] } })).toEqual([])
  const other = await startRun(yard, (await yard.session(hidden.id)).id)
  const status = 'completed'
  await rest.call(run.token, { path: 'tasks', method: 'patch', id: other.task_id, data: { status } })
  await rest.call(run.runtime.token, { path: 'users', method: 'find' })
  expect(await lines({ actor_kind: 'executor' })).toMatchObject([
    { actor_id: run.task_id, acting_as: 'executor', row_id: other.task_id, code: 'NOT_FOUND' },
  ])
  expect(await lines({ actor_kind: 'runtime' })).toMatchObject([
    { actor_id: run.runtime.id, actor_name: 'of a test', acting_as: 'runtime', code: 'FORBIDDEN' },
  ])
})

test('the first admin was made by the start', async () => {
  expect(await lines({ actor_kind: 'system' })).toMatchObject([
    { acting_as: 'start', resource: 'users', method: 'create', row_id: yard.admin.user.id, actor_id: null },
  ])
})

test('it is paged by id, and read by time', async () => {
  const all = (await lines()).map(({ id }) => id)
  const paged: string[] = []
  for (;;) {
    const before = paged.at(-1) ? { id: { $lt: paged.at(-1) } } : {}
    const page = await lines({ ...before, $limit: 7, $total: false })
    if (page.length === 0) break
    paged.push(...page.map(({ id }) => id))
  }
  expect(paged.slice(0, all.length)).toEqual(all)
  const { at, id } = (await lines())[5]!
  expect((await lines({ at: { $gt: at } })).every((line) => line.at > at)).toBe(true)
  expect((await lines({ at: { $lte: at }, $limit: 1 }))[0]?.id).toBe(id)
})

test('admins hear of new lines as they are written, and members do not', async () => {
  const member = await yard.person()
  const [ofAdmin, ofMember] = [await yard.socket(yard.admin.token), await yard.socket(member.token)]
  const told: unknown[] = []
  ofMember.service('audit').on('created', (line) => told.push(line))
  const heard = new Promise<AuditEntry>((resolve) => ofAdmin.service('audit').on('created', resolve))
  await yard.admin.rest.service('users').patch(member.user.id, { name: 'Told' })
  expect(await heard).toMatchObject({ resource: 'users', method: 'patch', row_id: member.user.id })
  // Answered behind whatever was sent to this socket before.
  await ofMember.service('users').find()
  expect(told).toEqual([])
})

test('an address that a proxy names counts only where there is a proxy', async () => {
  const forwarded = { 'x-forwarded-for': '203.0.113.9, 198.51.100.7' }
  const refused = async () => {
    const viewer = await yard.person('viewer')
    await fetch(`${yard.url}/audit${queryText({})}`, {
      headers: { authorization: `Bearer ${viewer.token}`, ...forwarded },
    })
    return newest({ actor_id: viewer.user.id, outcome: 'refused' })
  }
  expect(await refused()).toMatchObject({ address: '127.0.0.1' })
  const { settings } = yard.daemon.yard
  settings.public_url = 'https://yard.example.com'
  try {
    expect(await refused()).toMatchObject({ address: '198.51.100.7' })
  } finally {
    settings.public_url = null
  }
})
