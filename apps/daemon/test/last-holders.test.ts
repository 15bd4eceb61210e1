import { randomUUID } from 'node:crypto'
import { codeOf } from '@yardmaster/client'
import type { Role } from '@yardmaster/protocol'
import { insertUser, onlyRow } from '@yardmaster/store'
import * as fc from 'fast-check'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

const service = (...[path]: Parameters<Person['rest']['service']>) =>
  yard.admin.rest.service(path) as never as {
    create(data: object): Promise<{ id: string }>
    patch(id: string, data: object): Promise<{ id: string }>
    remove(id: string): Promise<{ id: string }>
    find(params: { query: object }): Promise<{ data: { id: string }[] }>
  }
// Nobody signs in here, and a password takes its time.
const person = async (role: Role = 'member'): Promise<string> => {
  const id = randomUUID()
  return onlyRow(await insertUser(yard.database.db, id, `${id}@example.com`, id, null, role)).wire.id
}
const refusal = (call: Promise<unknown>) => call.then(() => null, codeOf)

/** A worktree whose owners are these users and teams, and nobody else. */
async function ownedBy(owners: { users?: string[]; teams?: string[] }) {
  const { id: worktree_id } = await yard.worktree()
  const grant = (data: object) => service('grants').create({ worktree_id, level: 'owner', ...data })
  const held = [
    ...(await Promise.all((owners.users ?? []).map((user_id) => grant({ user_id })))),
    ...(await Promise.all((owners.teams ?? []).map((team_id) => grant({ team_id })))),
  ]
  const mine = await service('grants').find({ query: { worktree_id, user_id: yard.admin.user.id } })
  await service('grants').remove(mine.data[0]!.id)
  return { worktree_id, grants: held.map(({ id }) => id) }
}
async function teamOf(...users: string[]) {
  const { id: team_id } = await service('teams').create({ name: `team-${randomUUID()}` })
  const seats = []
  for (const user_id of users) seats.push((await service('team-members').create({ team_id, user_id })).id)
  return { team_id, seats }
}

describe('the last owner of a worktree', () => {
  const ways: [string, () => Promise<unknown>][] = [
    [
      'by removing the grant',
      async () => {
        const { grants } = await ownedBy({ users: [await person()] })
        return service('grants').remove(grants[0]!)
      },
    ],
    [
      'by lowering the grant',
      async () => {
        const { grants } = await ownedBy({ users: [await person()] })
        return service('grants').patch(grants[0]!, { level: 'all' })
      },
    ],
    [
      'by granting less again',
      async () => {
        const user_id = await person()
        const { worktree_id } = await ownedBy({ users: [user_id] })
        return service('grants').create({ worktree_id, user_id, level: 'all' })
      },
    ],
    [
      'by disabling the user',
      async () => {
        const id = await person()
        await ownedBy({ users: [id] })
        return service('users').patch(id, { disabled: true })
      },
    ],
    [
      'by making the user a viewer',
      async () => {
        const id = await person()
        await ownedBy({ users: [id] })
        return service('users').patch(id, { role: 'viewer' })
      },
    ],
    [
      'by removing the user',
      async () => {
        const id = await person()
        await ownedBy({ users: [id] })
        return service('users').remove(id)
      },
    ],
    [
      'by removing the team',
      async () => {
        const { team_id } = await teamOf(await person())
        await ownedBy({ teams: [team_id] })
        return service('teams').remove(team_id)
      },
    ],
    [
      'by taking the last member out of the team',
      async () => {
        const { team_id, seats } = await teamOf(await person())
        await ownedBy({ teams: [team_id] })
        return service('team-members').remove(seats[0]!)
      },
    ],
    [
      'by disabling the last member of the team',
      async () => {
        const id = await person()
        await ownedBy({ teams: [(await teamOf(id)).team_id] })
        return service('users').patch(id, { disabled: true })
      },
    ],
    [
      'by removing the last member of the team',
      async () => {
        const id = await person()
        await ownedBy({ teams: [(await teamOf(id)).team_id] })
        return service('users').remove(id)
      },
    ],
    [
      'by removing the grant of the last team, where a viewer and a disabled user hold one too',
      async () => {
        const [viewer, gone] = [await person('viewer'), await person()]
        await service('users').patch(gone, { disabled: true })
        const { team_id } = await teamOf(await person())
        const { grants } = await ownedBy({ users: [viewer, gone], teams: [team_id] })
        return service('grants').remove(grants[2]!)
      },
    ],
  ]
  test.each(ways)('does not go %s', async (_, act) => {
    expect(await refusal(act())).toBe('LAST_OWNER')
  })

  test('goes once somebody else is owner', async () => {
    const id = await person()
    const { team_id } = await teamOf(id, await person())
    await ownedBy({ users: [id], teams: [team_id] })
    await service('users').patch(id, { disabled: true })
    await service('users').remove(id)
  })

  test('one of two stays when both go at once', async () => {
    for (let round = 0; round < 5; round++) {
      const [one, two] = [await person(), await person()]
      const { grants } = await ownedBy({ users: [one, two] })
      const answers = await Promise.all([
        refusal(service('users').patch(one, { disabled: true })),
        refusal(service('grants').remove(grants[1]!)),
      ])
      expect(answers.sort()).toEqual(['LAST_OWNER', null].sort())
    }
  })
})

describe('the last admin', () => {
  const me = () => yard.admin.user.id
  test.each<[string, () => Promise<unknown>]>([
    ['by a change of role', () => service('users').patch(me(), { role: 'member' })],
    ['by being disabled', () => service('users').patch(me(), { disabled: true })],
    ['by being removed', () => service('users').remove(me())],
  ])('does not go %s, nor does a disabled one count', async (_, act) => {
    const other = await person('admin')
    await service('users').patch(other, { disabled: true })
    expect(await refusal(act())).toBe('LAST_ADMIN')
  })
})

test('whatever is changed in whatever order, each worktree keeps an owner and the team an admin', async () => {
  const state = { users: [] as string[], teams: [] as string[], worktrees: [] as string[] }
  for (let n = 0; n < 3; n++) state.users.push(await person(n === 0 ? 'admin' : 'member'))
  for (let n = 0; n < 2; n++) state.teams.push((await teamOf(...state.users.slice(n))).team_id)
  for (let n = 0; n < 2; n++)
    state.worktrees.push((await ownedBy({ users: [state.users[n]!], teams: [state.teams[n]!] })).worktree_id)

  const of = (list: keyof typeof state) => fc.nat(state[list].length - 1).map((place) => state[list][place]!)
  const change = fc.oneof(
    fc.record({
      on: fc.constant('users'),
      id: of('users'),
      data: fc.constantFrom(
        { role: 'viewer' },
        { role: 'member' },
        { role: 'admin' },
        { disabled: true },
        { disabled: false },
      ),
    }),
    fc.record({
      on: fc.constant('grants'),
      data: fc.record({
        worktree_id: of('worktrees'),
        user_id: of('users'),
        level: fc.constantFrom('owner', 'all'),
      }),
    }),
    fc.record({
      on: fc.constant('grants'),
      data: fc.record({
        worktree_id: of('worktrees'),
        team_id: of('teams'),
        level: fc.constantFrom('owner', 'all'),
      }),
    }),
    fc.record({ on: fc.constant('join'), data: fc.record({ team_id: of('teams'), user_id: of('users') }) }),
    fc.record({ on: fc.constant('leave'), data: fc.record({ team_id: of('teams'), user_id: of('users') }) }),
  )
  const carryOut = async ({
    on,
    data,
    ...more
  }: {
    on: string
    data: object
    id?: string
  }): Promise<unknown> => {
    if (on === 'users') return service('users').patch(more.id!, data)
    if (on === 'grants') return service('grants').create(data)
    if (on === 'join') return service('team-members').create(data)
    const {
      data: [seat],
    } = await service('team-members').find({ query: data })
    return seat && service('team-members').remove(seat.id)
  }
  const { numRuns } = process.env.TEST_SCALE === 'full' ? { numRuns: 300 } : { numRuns: 25 }
  let refused = 0
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(change, { minLength: 1, maxLength: 3 }), { maxLength: 4 }),
      async (rounds) => {
        for (const atOnce of rounds) {
          const codes = await Promise.all(atOnce.map((one) => refusal(carryOut(one))))
          refused += codes.filter((code) => code === 'LAST_OWNER').length
          const [{ owned, admins } = { owned: 0, admins: 0 }] = await yard.database.db.query<{
            owned: number
            admins: number
          }>({
            text: `select (select count(*) from unnest($1::uuid[]) w where exists (
                   select from users u where access_level(u.id, w) = 'owner')) as owned,
                 (select count(*) from users where role = 'admin' and disabled_at is null) as admins`,
            values: [state.worktrees],
          })
          expect(owned).toBe(2)
          expect(admins).toBeGreaterThan(0)
        }
      },
    ),
    { numRuns },
  )
  process.stdout.write(
    `counted: ${numRuns} histories of people who come and go, ${refused} refusals to leave a worktree without an owner\n`,
  )
})
