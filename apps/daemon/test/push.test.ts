import type { Level, Notice } from '@yardmaster/protocol'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { until } from '../../../test/faults/kit/until'
import { openPushService, type Subscriber, signedBy } from '../../../test/push-service'
import { guardedLookup } from '../src/push/addresses'
import { checkSubscription } from '../src/push/check-subscription'
import { ask, finish, startRun } from './helpers/runs'

let yard: TestDaemon
let service: Awaited<ReturnType<typeof openPushService>>
beforeAll(async () => {
  ;[yard, service] = await Promise.all([startTestDaemon({ push_to_loopback: true }), openPushService()])
})
afterAll(async () => {
  await yard.stop()
  await service.close()
})

interface Told {
  person: Person
  browser: Subscriber
}

const subscriptions = ({ rest }: Person) => rest.service('push-subscriptions')
const notices = ({ received }: Subscriber): Notice[] => received.map(({ message }) => message.notice)

async function subscribe(person: Person): Promise<Told & { id: string }> {
  const browser = service.subscribe()
  const { id } = await subscriptions(person).create(browser.subscription)
  return { person, browser, id }
}

/** Somebody with a session of their own, and others with a level where it works; all of them have subscribed. */
async function place(...levels: Level[]) {
  const people = await Promise.all(levels.map(() => yard.person()))
  const owner = await yard.person()
  const { id } = await yard.worktree({
    grants: [[owner, 'session'], ...people.map((person, at): [Person, Level] => [person, levels[at]!])],
  })
  const session = await yard.session(id, owner, { title: 'Paint the shed' })
  const told = await Promise.all([owner, ...people].map(subscribe))
  return { worktree_id: id, session_id: session.id, told }
}

test('a request tells all who may answer it, an ending whoever prompted, and nobody else', async () => {
  const { session_id, told } = await place('prompt', 'view', 'session', 'all')
  const [owner, helper, watcher, colleague, deaf] = told
  await deaf!.person.rest.service('users').patch(deaf!.person.user.id, { notify: ['failed', 'finished'] })
  const run = await startRun(yard, session_id, owner!.person)
  await ask(yard, run)
  const [{ message, headers }] = (await helper!.browser.count(1)) as [Subscriber['received'][0]]
  expect(message).toEqual({ notice: 'asks', session_id, title: 'Paint the shed' })
  expect(signedBy(headers)).toEqual({ key: yard.daemon.yard.push.public_key, aud: service.url })
  // Each push is a request of its own: the second might be the faster one.
  await owner!.browser.count(1)
  await finish(yard, run)
  await owner!.browser.count(2)
  expect(told.map(({ browser }) => notices(browser))).toEqual([['asks', 'finished'], ['asks'], [], [], []])
  expect([watcher, colleague].map((one) => one!.browser.received)).toEqual([[], []])
})

test('who may not any more, is signed out, or whose browser is gone is told nothing', async () => {
  const { worktree_id, session_id, told } = await place('prompt', 'prompt', 'prompt', 'prompt')
  const [owner, revoked, elsewhere, gone, left] = told as [Told, Told, Told, Told & { id: string }, Told]
  const grants = await yard.admin.rest
    .service('grants')
    .find({ query: { worktree_id, user_id: revoked.person.user.id } })
  await yard.admin.rest.service('grants').remove(grants.data[0]!.id)
  await elsewhere.person.rest.service('users')['sign-out-everywhere']({ id: elsewhere.person.user.id })
  gone.browser.answer(410)
  await yard.admin.rest.service('users').remove(left.person.user.id)

  const run = await startRun(yard, session_id, owner.person)
  await ask(yard, run)
  await gone.browser.count(1)
  await until(async () => (await subscriptions(gone.person).find()).total === 0)
  await owner.browser.count(1)
  await finish(yard, run)
  await owner.browser.count(2)
  expect([revoked, elsewhere, left].map(({ browser }) => browser.received)).toEqual([[], [], []])
})

test('an endpoint belongs to whoever came with it last, and is shown to nobody', async () => {
  const [one, other] = [await yard.person(), await yard.person()]
  const { subscription } = service.subscribe()
  await subscriptions(one).create(subscription)
  const row = await subscriptions(other).create(subscription)
  expect((await subscriptions(one).find()).total).toBe(0)
  expect((await subscriptions(other).find()).data).toEqual([row])
  expect(row).toEqual({
    id: expect.any(String),
    host: new URL(service.url).host,
    created_at: expect.any(String),
  })
  await subscriptions(other).remove(row.id)
  expect((await subscriptions(other).find()).total).toBe(0)
})

describe('a subscription that leads into a network of its own, or cannot be encrypted for, is refused', () => {
  const { keys } = { keys: { p256dh: '', auth: '' } }
  beforeAll(() => Object.assign(keys, service.subscribe().subscription.keys))
  const refused = (endpoint: string, more: object = {}) =>
    expect(() => checkSubscription({ endpoint, keys: { ...keys, ...more } }, false)).toThrow(
      expect.objectContaining({ code: 'PUSH_REFUSED' }),
    )

  test.each([
    'http://push.example.com/a',
    'https://user:word@push.example.com/a',
    'https://127.0.0.1/a',
    'https://0x7f.1/a',
    'https://[::1]/a',
    'https://[::ffff:127.0.0.1]/a',
    'https://10.1.2.3/a',
    'https://169.254.169.254/latest',
    'https://172.31.0.1/a',
    'https://192.168.1.1:8443/a',
    'https://100.100.1.1/a',
    'https://[fd00::1]/a',
    'https://[fe80::1]/a',
    'https://[64:ff9b::7f00:1]/a',
    'https://0.0.0.0/a',
  ])('%s', (endpoint) => refused(endpoint))

  test('keys that are none', () => {
    checkSubscription({ endpoint: 'https://push.example.com/a', keys }, false)
    refused('https://push.example.com/a', { p256dh: Buffer.alloc(65, 4).toString('base64url') })
    refused('https://push.example.com/a', { auth: 'short' })
  })

  test('a name that leads there is found out when something is sent', async () => {
    const lookUp = (to_loopback: boolean) =>
      new Promise((resolve, reject) =>
        guardedLookup(to_loopback)('localhost', { all: true }, (error, addresses) =>
          error ? reject(error) : resolve(addresses),
        ),
      )
    await expect(lookUp(false)).rejects.toThrow('localhost is in a network of its own')
    await expect(lookUp(true)).resolves.not.toEqual([])
  })
})
