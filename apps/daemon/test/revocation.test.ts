import { type Db, openDb, type Query, type Tx } from '@yardmaster/store'
import { sign } from 'jsonwebtoken'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { AccessWatch } from '../src/realtime/access-watch'
import { rooms } from '../src/realtime/publish'
import { Ear } from './helpers/ear'
import { later } from './helpers/later'
import { somebodyWaits } from './helpers/rows'
import { say, startRun } from './helpers/runs'

const hour = 3_600_000

// The timer of this daemon fires once: what is seen here is done by what is published, unless a test says otherwise. And
// nothing else of it asks for a table now and then, where a test counts who waits for one.
let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon({
    pace: { access: hour, head: hour },
    intervals: { heartbeat: hour, poll: hour },
    limits: { dispatched: hour, started: hour, heartbeat_timeout: hour },
  })
})
afterAll(() => yard.stop())

const sql = (text: string, ...values: unknown[]) => yard.database.db.query<{ id: string }>({ text, values })
const look = () => yard.daemon.yard.access.look()
const ungrant = ({ user }: Person) => sql('delete from grants where user_id = $1', user.id)

/** Somebody who may view a worktree with a session and a run in it, and listens to both. */
async function listening() {
  const who = await yard.person()
  const worktree = await yard.worktree({ grants: [[who, 'view']] })
  const session = await yard.session(worktree.id)
  const run = await startRun(yard, session.id)
  const ear = await Ear.open(yard, who.token)
  await ear.subscribe({ session_id: session.id })
  await ear.subscribe({ worktree_id: worktree.id })
  return { who, worktree, session, run, ear }
}
type Scene = Awaited<ReturnType<typeof listening>>

describe('access that goes puts its sockets out before the next event, and tells them', () => {
  async function viaTeam({ who }: Scene): Promise<string> {
    const [team] = await sql(
      'insert into teams (id, name) values (gen_random_uuid(), gen_random_uuid()::text) returning id',
    )
    await sql('insert into team_members (team_id, user_id) values ($1, $2)', team!.id, who.user.id)
    await sql('update grants set user_id = null, team_id = $1 where user_id = $2', team!.id, who.user.id)
    await look()
    return team!.id
  }

  test.each<[string, (scene: Scene) => Promise<unknown>]>([
    ['a grant that goes', ({ who }) => ungrant(who)],
    [
      'a team that is left',
      async (scene) => {
        await viaTeam(scene)
        await sql('delete from team_members where user_id = $1', scene.who.user.id)
      },
    ],
    ['a team that goes', async (scene) => sql('delete from teams where id = $1', await viaTeam(scene))],
    [
      'a grant of a team that goes',
      async (scene) => sql('delete from grants where team_id = $1', await viaTeam(scene)),
    ],
    [
      'others_can going down',
      async ({ who, worktree }) => {
        await sql("update worktrees set others_can = 'view' where id = $1", worktree.id)
        await ungrant(who)
        await look()
        await sql("update worktrees set others_can = 'none' where id = $1", worktree.id)
      },
    ],
  ])('%s', async (_, take) => {
    const scene = await listening()
    const { ear, run, session, worktree } = scene
    await say(yard, run, 'while allowed')
    await ear.hears('messages created')
    await take(scene)
    expect(ear.rooms()).toHaveLength(2)
    const before = ear.heard.length
    await say(yard, run, 'a secret')
    expect(await ear.revoked()).toEqual({ worktree_ids: [worktree.id], session_ids: [session.id] })
    await ear.settled()
    expect(ear.names().slice(before)).toEqual(['access revoked'])
    expect(ear.rooms()).toEqual([])
    await expect(ear.subscribe({ session_id: session.id })).rejects.toMatchObject({ code: 404 })
  })

  test('who keeps theirs stays, and hears the event once', async () => {
    const { ear, run, worktree, who } = await listening()
    await sql("update grants set level = 'session' where user_id = $1", who.user.id)
    const other = await yard.person()
    await yard.admin.rest
      .service('grants')
      .create({ worktree_id: worktree.id, user_id: other.user.id, level: 'view' })
    await say(yard, run)
    await ear.hears('messages created')
    await ear.settled()
    // In the room of the session and in that of the worktree.
    expect(ear.names().filter((name) => name === 'messages created')).toHaveLength(1)
    expect(ear.rooms()).toHaveLength(2)
  })

  test('a call that takes access tells at once, with no event of the session', async () => {
    const { ear, who } = await listening()
    const { data } = await yard.admin.rest.service('grants').find({ query: { user_id: who.user.id } })
    await yard.admin.rest.service('grants').remove(data[0]!.id)
    await ear.revoked()
    expect(ear.rooms()).toEqual([])
  })

  test('a worktree that is removed', async () => {
    const who = await yard.person()
    const worktree = await yard.worktree({ grants: [[who, 'view']] })
    const session = await yard.session(worktree.id)
    const ear = await Ear.open(yard, who.token)
    await ear.subscribe({ worktree_id: worktree.id })
    await ear.subscribe({ session_id: session.id })
    await yard.admin.rest.service('worktrees').remove(worktree.id)
    expect(await ear.revoked()).toEqual({ worktree_ids: [worktree.id], session_ids: [session.id] })
  })
})

describe('a sign-in that ends closes its sockets', () => {
  const users = () => yard.admin.rest.service('users')
  test.each<[string, (id: string) => Promise<unknown>]>([
    ['disabled', (id) => users().patch(id, { disabled: true })],
    ['removed', (id) => users().remove(id)],
    ['another password', (id) => users().patch(id, { password: 'another password' })],
    ['another role', (id) => users().patch(id, { role: 'viewer' })],
  ])('%s', async (_, end) => {
    const who = await yard.person()
    const [ear, other] = [await Ear.open(yard, who.token), await Ear.open(yard, yard.admin.token)]
    await end(who.user.id)
    expect(await ear.until(() => ear.closed)).toBe('io server disconnect')
    await other.settled()
    expect(other.closed).toBeNull()
  })

  test('a token that runs out', async () => {
    const { user } = await yard.person()
    const payload = { kind: 'user', epoch: 1 }
    const token = sign(payload, yard.daemon.yard.tokens.secret, {
      subject: user.id,
      audience: 'yardmaster',
      expiresIn: '1h',
    })
    const ear = await Ear.open(yard, token)
    const clock = later(2 * hour)
    const end = new AccessWatch(
      yard.database.db,
      yard.daemon.yard.listeners,
      20,
      yard.daemon.yard.log,
    ).begin()
    try {
      expect(await ear.until(() => ear.closed)).toBe('io server disconnect')
    } finally {
      clock.mockRestore()
      await end()
    }
  })
})

test('admins hear what is for admins: who became one from then on, who is none any more no longer', async () => {
  const who = await yard.person()
  const ear = await Ear.open(yard, who.token)
  expect(ear.rooms()).toEqual([])
  await sql("update users set role = 'admin' where id = $1", who.user.id)
  await look()
  expect(ear.rooms()).toEqual(['admins'])
  expect((await Ear.open(yard, who.token)).rooms()).toEqual(['admins'])
  await yard.repo()
  await ear.hears('repos created')
  await sql("update users set role = 'member' where id = $1", who.user.id)
  await yard.repo()
  // What is told of the repository waits for a look that was asked for before this one.
  await look()
  await ear.settled()
  expect(ear.names().filter((name) => name === 'repos created')).toHaveLength(1)
  expect(ear.rooms()).toEqual([])
})

describe('a watch', () => {
  const watch = (db: Db, interval: number) =>
    new AccessWatch(db, yard.daemon.yard.listeners, interval, yard.daemon.yard.log)

  test('finds out by itself', async () => {
    const { ear, who } = await listening()
    const end = watch(yard.database.db, 20).begin()
    await ungrant(who)
    await ear.revoked()
    await end()
  })

  test('lets nothing out once its last look is too old, whatever version the event saw', async () => {
    const { ear, who } = await listening()
    const late = watch(yard.database.db, 0)
    await late.look()
    await ungrant(who)
    expect(ear.rooms()).toHaveLength(2)
    await new Promise<void>((told) => late.tell(0, told))
    expect(ear.rooms()).toEqual([])
  })

  test('lets nothing out where access cannot be read', async () => {
    const db = openDb({ url: yard.database.url })
    await db.close()
    const blind = watch(db, hour)
    const emit = jest.fn()
    blind.tell(undefined, emit)
    await expect(blind.look()).rejects.toThrow()
    expect(emit).not.toHaveBeenCalled()
  })

  test('misses nobody who comes while it looks', async () => {
    const { session, who } = await listening()
    const ear = await Ear.open(yard, who.token)
    // A database that is slow to answer when it is asked about the listeners.
    const { db } = yard.database
    let asked = () => {}
    let answer = () => {}
    const isAsked = new Promise<void>((resolve) => (asked = resolve))
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve))
    const slow: Db = {
      ...db,
      query: async <Row>(query: Query) => {
        if (query.name === 'look-at-listeners') {
          asked()
          await mayAnswer
        }
        return db.query<Row>(query)
      },
    }
    const looking = watch(slow, hour)
    const first = looking.look()
    await isAsked
    await ear.subscribe({ session_id: session.id })
    await ungrant(who)
    answer()
    await first
    await looking.look()
    await ear.revoked()
    expect(ear.rooms()).toEqual([])
  })
})

describe('between the look at a call and its end', () => {
  /**
   * Holds the call where it looks at access for the second time: behind whoever waits for its first look stands
   * another who wants the table, and gets it before the second.
   */
  async function atSecondLook(
    table: string,
    call: () => Promise<unknown>,
    change: (tx: Tx) => Promise<unknown>,
  ) {
    const other = openDb({ url: yard.database.ownerUrl, max: 3 })
    const lock = { text: `lock table ${table} in access exclusive mode` }
    try {
      let answer!: Promise<unknown>
      let second!: Promise<void>
      await other.transaction(async (tx) => {
        await tx.query(lock)
        answer = call()
        answer.catch(() => undefined)
        expect(await somebodyWaits(other, () => false)).toBe(true)
        second = other.transaction(async (later) => {
          await later.query(lock)
          expect(await somebodyWaits(other, () => false)).toBe(true)
          await change(later)
        })
        expect(await somebodyWaits(other, () => false, 2)).toBe(true)
      })
      await second
      return await answer
    } finally {
      await other.close()
    }
  }

  const revoking = (table: string, ear: Ear, session_id: string, who: Person) =>
    atSecondLook(
      table,
      () => ear.subscribe({ session_id }),
      (tx) => {
        expect(ear.rooms()).toEqual([rooms.session(session_id)])
        return tx.query({ text: 'delete from grants where user_id = $1', values: [who.user.id] })
      },
    )

  test('who subscribes is in the room when it is looked at, and leaves it when access went', async () => {
    const { session, who } = await listening()
    const ear = await Ear.open(yard, who.token)
    await expect(revoking('sessions', ear, session.id, who)).rejects.toMatchObject({ code: 404 })
    expect(ear.rooms()).toEqual([])
  })

  test('who was looked at as access was before it went is found by the next look', async () => {
    const { session, who } = await listening()
    const ear = await Ear.open(yard, who.token)
    // Its statement has begun when it comes to wait for this table, and does not see what is changed meanwhile.
    await revoking('grants', ear, session.id, who)
    expect(ear.rooms()).toEqual([rooms.session(session.id)])
    await look()
    await ear.revoked()
    expect(ear.rooms()).toEqual([])
  })

  test('who subscribes for one user does not for the next who signs in on the socket', async () => {
    const { session, who } = await listening()
    const next = await yard.person()
    const ear = await Ear.open(yard, who.token)
    const subscribed = atSecondLook(
      'sessions',
      () => ear.subscribe({ session_id: session.id }),
      () => ear.client.service('authentication').create({ strategy: 'jwt', accessToken: next.token }),
    )
    await expect(subscribed).rejects.toMatchObject({ code: 404 })
    expect(ear.rooms()).toEqual([])
  })
})

test('who signs in on an open socket keeps what they subscribe to from the answer on, and none of what was before', async () => {
  const [former, later] = [await listening(), await listening()]
  const { ear } = former
  await ear.client.service('authentication').create({ strategy: 'jwt', accessToken: later.who.token })
  expect(ear.rooms()).toEqual([])
  await expect(ear.subscribe({ session_id: former.session.id })).rejects.toMatchObject({ code: 404 })
  await ear.subscribe({ session_id: later.session.id })
  await ear.settled()
  expect(ear.rooms()).toEqual([rooms.session(later.session.id)])
  await ear.client.service('authentication').create({ strategy: 'jwt', accessToken: yard.admin.token })
  expect(ear.rooms()).toEqual([rooms.admins])
})

test('a socket listens to 500 places at most', async () => {
  const { ear, worktree } = await listening()
  const places = await sql(
    `insert into sessions (id, worktree_id, node_id, runtime_id, harness, base_sha, last_seq)
     select gen_random_uuid(), s.worktree_id, s.node_id, s.runtime_id, s.harness, s.base_sha, 0
     from sessions s, generate_series(1, 499) where s.worktree_id = $1 returning id`,
    worktree.id,
  )
  const last = places.pop()!
  await Promise.all(places.map(({ id }) => ear.subscribe({ session_id: id })))
  await expect(ear.subscribe({ session_id: last.id })).rejects.toMatchObject({
    code: 409,
    data: { code: 'TOO_MANY_SUBSCRIPTIONS' },
  })
  await ear.subscribe({ session_id: places[0]!.id })
  await ear.client.service('subscriptions').remove(places[0]!.id)
  await ear.subscribe({ session_id: last.id })
})
