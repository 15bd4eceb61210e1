import { createHash, randomUUID } from 'node:crypto'
import type { NewInvitation } from '@yardmaster/protocol'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { type Answer, openTransport, type Transport, transports } from './helpers/calls'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

const codeOf = ({ status, body }: Answer) => [status, body.data?.code]
const tokenIn = (link: string) => new URL(link).hash.replace('#token=', '')
const password = 'a password for tests'

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeEach(() => {
    transport = openTransport(name, yard.url)
  })
  afterEach(() => transport.close())

  const call = (token: string | null, path: string, method: string, more: object = {}) =>
    transport.call(token, { path, method, ...more })
  const invite = async (more: object = {}): Promise<NewInvitation> => {
    const data = { email: `${randomUUID()}@example.com`, name: 'Invited', ...more }
    const answer = await call(yard.admin.token, 'invitations', 'create', { data })
    expect(codeOf(answer)).toEqual([201, undefined])
    return answer.body
  }
  const follow = (link: string) =>
    call(null, 'authentication', 'create', { data: { strategy: 'link', token: tokenIn(link) } })
  const listed = async (user_id: string) =>
    (await call(yard.admin.token, 'invitations', 'find', { query: { user_id } })).body.data

  test('whoever opens the link is in, chooses a password, and is in the teams; the link works once', async () => {
    const team = await yard.admin.rest.service('teams').create({ name: `team-${randomUUID()}` })
    const { link, ...row } = await invite({ role: 'viewer', team_ids: [team.id] })
    expect(row).toMatchObject({ name: 'Invited', role: 'viewer', created_by: yard.admin.user.id })
    expect(link).toBe(`${yard.url}/app/#token=${tokenIn(link)}`)
    expect(await listed(row.user_id)).toEqual([row])
    const days = (Date.parse(row.expires_at) - Date.parse(row.created_at)) / 86_400_000
    expect(Math.round(days)).toBe(7)
    const [kept] = await yard.database.db.query<{ token_hash: Buffer }>({
      text: 'select token_hash from invitations where id = $1',
      values: [row.id],
    })
    expect(kept!.token_hash).toEqual(createHash('sha256').update(tokenIn(link)).digest())

    const { status, body } = await follow(link)
    expect([status, body.user]).toMatchObject([201, { id: row.user_id, role: 'viewer', email: row.email }])
    expect(await listed(row.user_id)).toEqual([])
    expect(codeOf(await follow(link))).toEqual([401, 'LINK_INVALID'])
    const mine = await call(body.accessToken, 'team-members', 'find')
    expect(mine.body.data).toMatchObject([{ team_id: team.id, user_id: row.user_id }])
    const chosen = { id: row.user_id, data: { password } }
    expect((await call(body.accessToken, 'users', 'patch', chosen)).status).toBe(200)
    const data = { strategy: 'local', email: row.email, password }
    expect((await call(null, 'authentication', 'create', { data })).status).toBe(201)
    const again = await call(yard.admin.token, 'invitations', 'create', {
      data: { email: row.email, name: 'X' },
    })
    expect(codeOf(again)).toEqual([409, 'ALREADY_EXISTS'])
  })

  test('one that is revoked, out of date, replaced, or overtaken by a password opens nothing', async () => {
    const revoked = await invite()
    const { link: _, ...row } = revoked
    expect(await call(yard.admin.token, 'invitations', 'remove', { id: revoked.id })).toEqual({
      status: 200,
      body: row,
    })
    const late = await invite()
    await yard.database.db.query({
      text: "update invitations set expires_at = clock_timestamp() - interval '1 second' where id = $1",
      values: [late.id],
    })
    const replaced = await invite()
    const newer = await invite({ email: replaced.email.toUpperCase(), name: 'Another', role: 'admin' })
    expect(newer).toMatchObject({ user_id: replaced.user_id, name: 'Invited', role: 'member' })
    const overtaken = await invite()
    await yard.admin.rest.service('users').patch(overtaken.user_id, { password })
    for (const { link } of [revoked, late, replaced, overtaken])
      expect(codeOf(await follow(link))).toEqual([401, 'LINK_INVALID'])
    // It is told to whom it was for, so that they can be invited anew.
    expect(await listed(late.user_id)).toHaveLength(1)
    expect((await follow(newer.link)).status).toBe(201)
  })

  test('admins alone invite, list and revoke; nothing is left of an invitation to a team that is not there', async () => {
    const { token } = await yard.person()
    const { id } = await invite()
    const data = { email: `${randomUUID()}@example.com`, name: 'X' }
    expect(codeOf(await call(token, 'invitations', 'create', { data }))).toEqual([403, 'FORBIDDEN'])
    expect(codeOf(await call(token, 'invitations', 'find'))).toEqual([403, 'FORBIDDEN'])
    expect(codeOf(await call(token, 'invitations', 'remove', { id }))).toEqual([404, 'NOT_FOUND'])
    const nowhere = { data: { ...data, team_ids: [randomUUID()] } }
    expect(codeOf(await call(yard.admin.token, 'invitations', 'create', nowhere))).toEqual([
      400,
      'UNKNOWN_REFERENCE',
    ])
    const left = await yard.database.db.query({
      text: 'select from users where email = $1',
      values: [data.email],
    })
    expect(left).toEqual([])
  })
})

test('an admin who was invited and has not come yet is no admin who could be left', async () => {
  const { rest, user } = yard.admin
  const { link } = await rest
    .service('invitations')
    .create({ email: `${randomUUID()}@example.com`, name: 'To come', role: 'admin' })
  const leave = () => rest.service('users').patch(user.id, { role: 'member' })
  await expect(leave()).rejects.toMatchObject({ data: { code: 'LAST_ADMIN' } })
  const data = { strategy: 'link', token: tokenIn(link) }
  await openTransport('REST', yard.url).call(null, { path: 'authentication', method: 'create', data })
  expect(await leave()).toMatchObject({ role: 'member' })
})
