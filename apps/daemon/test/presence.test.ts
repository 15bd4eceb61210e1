import type { Presence as Shown } from '@yardmaster/protocol'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { Presence } from '../src/realtime/presence'
import { beginForgettingPresence } from '../src/realtime/tell-presence'
import { Ear } from './helpers/ear'

describe('who is there', () => {
  const told: Shown[] = []
  const presence = new Presence((now) => told.push(now))
  const [ann, bob] = [
    { user_id: '1', name: 'Ann' },
    { user_id: '2', name: 'Bob' },
  ]
  const names = () => presence.of('s').people.map(({ name, state }) => `${name} ${state}`)

  test('is there once, whatever the number of places, and typing where any says so', () => {
    const [phone, desk, other] = [{}, {}, {}]
    presence.say('s', other, bob, 'looking', 0)
    presence.say('s', phone, ann, 'typing', 0)
    presence.say('s', desk, ann, 'looking', 0)
    expect(names()).toEqual(['Ann typing', 'Bob looking'])
    // The second place of the same person changed nothing that others see.
    expect(told).toHaveLength(2)
    presence.leave('s', phone)
    expect(names()).toEqual(['Ann looking', 'Bob looking'])
    presence.leave('another', desk)
    expect(told).toHaveLength(3)
    presence.say('s', desk, ann, 'looking', 20)
    presence.expire(-1)
    expect(told).toHaveLength(3)
    presence.expire(0)
    expect(names()).toEqual(['Ann looking'])
    presence.expire(20)
    expect(told.at(-1)).toEqual({ session_id: 's', people: [] })
  })
})

let yard: TestDaemon
let endForgetting: (() => Promise<void>) | undefined
beforeAll(async () => {
  // Nothing ends here for want of being renewed, unless a test says so.
  yard = await startTestDaemon({ pace: { access: 50, presence: 3_600_000 } })
})
// Not in the test that begins it: one that runs out of time comes to no end.
afterEach(() => endForgetting?.())
afterAll(() => yard.stop())

interface At {
  ear: Ear
  who: Person
  say(state: 'looking' | 'typing' | 'gone'): Promise<Shown>
}

/** Two who may view a session and listen to it. */
async function scene(): Promise<{ session_id: string; ann: At; bob: At; at(who: Person): Promise<At> }> {
  const people = [await yard.person(), await yard.person()] as const
  const { id } = await yard.worktree({ grants: people.map((who) => [who, 'view']) })
  const session_id = (await yard.session(id)).id
  const at = async (who: Person): Promise<At> => {
    const ear = await Ear.open(yard, who.token)
    await ear.subscribe({ session_id })
    return {
      ear,
      who,
      say: (state) => ear.client.service('presence').create({ session_id, state }),
    }
  }
  return { session_id, ann: await at(people[0]), bob: await at(people[1]), at }
}

const shown = ({ people }: Shown) => people.map(({ user_id, state }) => `${user_id} ${state}`).sort()
const is = (...of: [At, string][]) => of.map(([{ who }, state]) => `${who.user.id} ${state}`).sort()
/** The last that was heard of who is there becomes this. */
const hears = ({ ear }: At, wanted: string[]) =>
  ear.until(() => {
    const last = ear.heard.findLast(([name]) => name === 'presence changed')?.[1]
    return last !== undefined && String(shown(last as Shown)) === String(wanted)
  })
const changes = ({ ear }: At) => ear.names().filter((name) => name === 'presence changed').length

test('two see each other look, type and go; saying it again tells nobody', async () => {
  const { session_id, ann, bob } = await scene()
  const { id, name } = ann.who.user
  expect(await ann.say('looking')).toEqual({
    session_id,
    people: [{ user_id: id, name, state: 'looking' }],
  })
  await hears(bob, is([ann, 'looking']))
  expect(shown(await bob.say('typing'))).toEqual(is([ann, 'looking'], [bob, 'typing']))
  await hears(ann, is([ann, 'looking'], [bob, 'typing']))
  await bob.ear.settled()
  const before = changes(bob)
  await ann.say('looking')
  await bob.ear.settled()
  expect(changes(bob)).toBe(before)
  await bob.say('gone')
  await hears(ann, is([ann, 'looking']))
})

test.each<[string, (of: At, session_id: string) => unknown]>([
  ['the socket', ({ ear }) => ear.client.close()],
  ['the room', ({ ear }, session_id) => ear.client.service('subscriptions').remove(session_id)],
  [
    'the sign-in',
    ({ ear }) =>
      ear.client.service('authentication').create({ strategy: 'jwt', accessToken: yard.admin.token }),
  ],
  [
    'the access',
    ({ who }) =>
      yard.database.db.query({ text: 'delete from grants where user_id = $1', values: [who.user.id] }),
  ],
])('who is there ends with %s', async (_, end) => {
  const { session_id, ann, bob } = await scene()
  await ann.say('typing')
  await hears(bob, is([ann, 'typing']))
  await end(ann, session_id)
  await hears(bob, [])
})

test('who does not say it again is forgotten', async () => {
  const { ann, bob } = await scene()
  await ann.say('looking')
  await hears(bob, is([ann, 'looking']))
  const { presence, pace } = yard.daemon.yard
  endForgetting = beginForgettingPresence({ presence, pace: { ...pace, presence: 100 } })
  await hears(bob, [])
})

test('who has lost the access hears no more of who is there', async () => {
  const { ann, bob } = await scene()
  await yard.database.db.query({
    text: 'delete from grants where user_id = $1',
    values: [ann.who.user.id],
  })
  await ann.ear.revoked()
  const before = changes(ann)
  await bob.say('looking')
  await ann.ear.settled()
  expect(changes(ann)).toBe(before)
  await expect(ann.say('looking')).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } })
})

test('it takes a level, and a socket that listens', async () => {
  const { session_id, ann } = await scene()
  const looking = { session_id, state: 'looking' as const }
  const stranger = await Ear.open(yard, (await yard.person()).token)
  await expect(stranger.client.service('presence').create(looking)).rejects.toMatchObject({
    data: { code: 'NOT_FOUND' },
  })
  await ann.ear.client.service('subscriptions').remove(session_id)
  const overRest = () => ann.who.rest.service('presence').create(looking)
  for (const say of [() => ann.say('looking'), overRest])
    await expect(say()).rejects.toMatchObject({ data: { code: 'INVALID' } })
})
