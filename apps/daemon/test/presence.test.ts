import type { Presence as Shown } from '@yardmaster/protocol'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { Presence } from '../src/realtime/presence'
import { beginTellingPresence } from '../src/realtime/tell-presence'
import { alone } from '../src/siblings/siblings'
import { Ear } from './helpers/ear'

describe('who is there', () => {
  const [ann, bob] = [
    { user_id: '1', name: 'Ann' },
    { user_id: '2', name: 'Bob' },
  ]
  const [phone, desk, other] = [{}, {}, {}]
  let presence: Presence
  beforeEach(() => {
    presence = new Presence()
  })
  const read = ({ people }: Shown) => people.map(({ name, state }) => `${name} ${state}`)
  const names = () => read(presence.of('s'))
  /** What is to be told by now, a session's people in a line. */
  const toldAt = (now: number) => presence.changed(now).map(read).map(String)
  const told = () => toldAt(Number.POSITIVE_INFINITY)
  const toldOthers = () => presence.changedHere().map(read).map(String)

  test('is there once, whatever the number of places, and typing where any says so', () => {
    presence.say('s', other, bob, 'looking', 0)
    presence.say('s', phone, ann, 'typing', 0)
    expect(told()).toEqual(['Ann typing,Bob looking'])
    presence.say('s', desk, ann, 'looking', 0)
    presence.say('s', phone, ann, 'typing', 0)
    presence.leave('another', desk)
    // The second place of the same person changed nothing that others see.
    expect(told()).toEqual([])
    presence.leave('s', phone)
    expect(told()).toEqual(['Ann looking,Bob looking'])
    presence.say('s', desk, ann, 'looking', 20)
    presence.expire(-1)
    expect(told()).toEqual([])
    presence.expire(0)
    expect(told()).toEqual(['Ann looking'])
    presence.expire(20)
    expect(told()).toEqual([''])
  })

  test('of another daemon is there as long as that says so', () => {
    const there = (at: number, ...people: Shown['people']) =>
      presence.hear('there', { session_id: 's', people }, at)
    presence.say('s', desk, ann, 'looking', 100)
    expect(toldOthers()).toEqual(['Ann looking'])
    there(0, { ...ann, state: 'typing' }, { ...bob, state: 'looking' })
    expect(names()).toEqual(['Ann typing', 'Bob looking'])
    // What one hears of others is theirs to tell.
    expect(toldOthers()).toEqual([])
    expect(presence.here().map(read)).toEqual([['Ann looking']])
    there(10, { ...bob, state: 'looking' })
    expect(names()).toEqual(['Ann looking', 'Bob looking'])
    there(20, { ...bob, state: 'looking' })
    presence.expire(10)
    expect(names()).toEqual(['Ann looking', 'Bob looking'])
    presence.expire(20)
    expect(names()).toEqual(['Ann looking'])
  })

  test('is told the rarer the more there are, and all changes in one', () => {
    const crowd = Array.from({ length: 100 }, (_, at) => ({ user_id: `u${at}`, name: `U${at}` }))
    for (const who of crowd) presence.say('s', who, who, 'looking', 0)
    expect(presence.changed(0).map(({ people }) => people.length)).toEqual([100])
    for (const who of crowd.slice(1)) presence.leave('s', who)
    expect(toldAt(999)).toEqual([])
    expect(toldAt(1_000)).toEqual(['U0 looking'])
    presence.leave('s', crowd[0]!)
    expect(toldAt(1_010)).toEqual([''])
  })
})

let yard: TestDaemon
let endTelling: (() => Promise<void>) | undefined
beforeAll(async () => {
  // Nothing ends here for want of being renewed, unless a test says so.
  yard = await startTestDaemon({ pace: { access: 50, presence: 3_600_000 } })
})
// Not in the test that begins it: one that runs out of time comes to no end.
afterEach(() => endTelling?.())
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
  const { app, yard: parts } = yard.daemon
  endTelling = beginTellingPresence(app, {
    ...parts,
    siblings: alone,
    pace: { ...parts.pace, presence: 100 },
  })
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
