import { randomUUID } from 'node:crypto'
import type { Level } from '@yardmaster/protocol'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { type Answer, openTransport, type Transport, transports } from './helpers/calls'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

const codeOf = ({ status, body }: Answer) => [status, body.data?.code]

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, yard.url)
  })
  afterAll(() => transport.close())

  const call = (by: Person, path: string, method: string, more: object = {}) =>
    transport.call(by.token, { path, method, ...more })
  const make = async (path: string, data: object): Promise<{ id: string }> => {
    const { status, body } = await call(yard.admin, path, 'create', { data })
    expect([status, body]).toEqual([201, expect.any(Object)])
    return body
  }
  const team = () => make('teams', { name: `team-${randomUUID()}` })
  const join = (team_id: string, { user }: Person) => make('team-members', { team_id, user_id: user.id })
  const levelIn = async (worktree_id: string, by: Person): Promise<number> =>
    (await call(by, 'worktrees', 'get', { id: worktree_id })).status

  test('who is in a team has what it was granted, until they leave or it is gone', async () => {
    const [one, other] = [await yard.person(), await yard.person()]
    const { id: worktree_id } = await yard.worktree()
    const { id: team_id } = await team()
    const seat = await join(team_id, one)
    await join(team_id, other)
    expect(await levelIn(worktree_id, one)).toBe(404)
    const level: Level = 'session'
    await make('grants', { worktree_id, team_id, level })
    for (const person of [one, other]) {
      expect(await levelIn(worktree_id, person)).toBe(200)
      const data = { worktree_id, harness: 'shell' }
      expect((await call(person, 'sessions', 'create', { data })).status).toBe(201)
    }
    expect((await call(yard.admin, 'team-members', 'remove', { id: seat.id })).status).toBe(200)
    expect([await levelIn(worktree_id, one), await levelIn(worktree_id, other)]).toEqual([404, 200])
    expect((await call(yard.admin, 'teams', 'remove', { id: team_id })).status).toBe(200)
    expect(await levelIn(worktree_id, other)).toBe(404)
  })

  test('members see the teams that they are in or that have access to what they see, and no other', async () => {
    const [inside, beside] = [await yard.person(), await yard.person()]
    const { id: worktree_id } = await yard.worktree({ grants: [[beside, 'view']] })
    const [shown, hidden] = [await team(), await team()]
    await join(shown.id, inside)
    await make('grants', { worktree_id, team_id: shown.id, level: 'prompt' })
    for (const person of [inside, beside]) {
      const { body } = await call(person, 'teams', 'find')
      expect(body.data.map(({ id }: { id: string }) => id)).toEqual([shown.id])
      expect((await call(person, 'teams', 'get', { id: shown.id })).status).toBe(200)
      expect(codeOf(await call(person, 'teams', 'get', { id: hidden.id }))).toEqual([404, 'NOT_FOUND'])
    }
    const seats = async (by: Person) =>
      (await call(by, 'team-members', 'find', { query: { team_id: shown.id } })).body.data
    expect(await seats(beside)).toEqual([])
    expect(await seats(inside)).toEqual([
      { id: expect.any(String), team_id: shown.id, user_id: inside.user.id },
    ])
    expect(await seats(yard.admin)).toHaveLength(1)
  })

  test('admins alone change teams', async () => {
    const member = await yard.person()
    const { id, ...row } = await team()
    const seat = await join(id, member)
    const other = await yard.person()
    const refused = [
      await call(member, 'teams', 'create', { data: { name: 'mine' } }),
      await call(member, 'teams', 'patch', { id, data: { name: 'mine' } }),
      await call(member, 'teams', 'remove', { id }),
      await call(member, 'team-members', 'create', { data: { team_id: id, user_id: member.user.id } }),
      await call(member, 'team-members', 'remove', { id: seat.id }),
    ]
    for (const answer of refused) expect(codeOf(answer)).toEqual([403, 'FORBIDDEN'])
    expect(codeOf(await call(other, 'team-members', 'remove', { id: seat.id }))).toEqual([404, 'NOT_FOUND'])
    expect((await call(yard.admin, 'teams', 'get', { id })).body).toEqual({ id, ...row })
  })

  test('somebody who is in a team already stays there once; names are taken once; nobody else can be added', async () => {
    const member = await yard.person()
    const name = `team-${randomUUID()}`
    const { id } = await make('teams', { name })
    expect(await join(id, member)).toEqual(await join(id, member))
    expect(codeOf(await call(yard.admin, 'teams', 'create', { data: { name } }))).toEqual([
      409,
      'ALREADY_EXISTS',
    ])
    expect((await call(yard.admin, 'teams', 'patch', { id, data: { name: `${name}-2` } })).body.name).toBe(
      `${name}-2`,
    )
    for (const data of [
      { team_id: id, user_id: randomUUID() },
      { team_id: randomUUID(), user_id: member.user.id },
    ])
      expect(codeOf(await call(yard.admin, 'team-members', 'create', { data }))).toEqual([
        400,
        'UNKNOWN_REFERENCE',
      ])
  })
})

test('admins hear of teams and of who is in them', async () => {
  const socket = await yard.socket(yard.admin.token)
  const heard: string[] = []
  const all = new Promise<void>((resolve) => {
    const listen = (path: 'teams' | 'team-members', event: 'created' | 'removed') =>
      socket.service(path).on(event, ({ id }) => {
        heard.push(`${path} ${event} ${id}`)
        if (heard.length === 3) resolve()
      })
    listen('teams', 'created')
    listen('team-members', 'created')
    listen('teams', 'removed')
  })
  const { rest, user } = yard.admin
  const { id } = await rest.service('teams').create({ name: `team-${randomUUID()}` })
  const seat = await rest.service('team-members').create({ team_id: id, user_id: user.id })
  await rest.service('teams').remove(id)
  await all
  expect(heard).toEqual([`teams created ${id}`, `team-members created ${seat.id}`, `teams removed ${id}`])
})
