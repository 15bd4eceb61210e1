import { connectRest, connectSocket, type EventPlace, type SocketClient } from '@yardmaster/client'
import type { Message, Session, Task, Worktree } from '@yardmaster/protocol'
import { Credentials } from '../src/credentials.js'
import { tellSession } from '../src/transcript/tell-session.js'
import type { Watcher } from '../src/transcript/watcher.js'
import { type Started, startDaemon } from './daemon.js'

let daemon: Started
let token: string
beforeAll(async () => {
  daemon = await startDaemon()
  await daemon.json('login', daemon.link)
  token = Credentials.of({ XDG_CONFIG_HOME: `${daemon.place}/config/admin` }).get(daemon.url)!.token
  await daemon.json('repo', 'add', await daemon.repository('shop'))
})
afterAll(() => daemon.stop())

let session: Session
let worktrees = 0
beforeEach(async () => {
  const worktree = await daemon.json<Worktree>('worktree', 'new', 'shop', `w${++worktrees}`)
  session = await connectRest(daemon.url, token)
    .service('sessions')
    .create({ worktree_id: worktree.id, harness: 'shell', permission_mode: 'auto' })
})

test('events that were lost on the way are read from the log, and told once and in order', async () => {
  // Three in four events are lost between the socket and the telling.
  let heard = 0
  const told = await followed(
    (client) => losing(client, () => ++heard % 4 !== 0),
    async (run) => {
      await run('$ echo one\n$ echo two')
      await run('$ echo three')
    },
  )
  expect(told).toEqual(await stored())
})

test('a connection that was lost is made again, and what happened meanwhile is told', async () => {
  const states: string[] = []
  const told = await followed(
    (client) => client,
    async (run, client) => {
      await run('$ echo one')
      const back = new Promise((resolve) => client.socket.once('connect', () => resolve(null)))
      client.socket.io.engine.close()
      await run('$ echo two')
      await back
    },
    (state) => states.push(state),
  )
  expect(told).toEqual(await stored())
  expect(states).toContain('lost')
})

/** Follows the session while prompts run; answers its messages in the order they were first told of, each final once. */
async function followed(
  through: (client: SocketClient) => SocketClient,
  story: (run: (prompt: string) => Promise<void>, client: SocketClient) => Promise<void>,
  connection?: Watcher['connection'],
): Promise<string[]> {
  const client = connectSocket(daemon.url, token)
  const told: string[] = []
  const finals: string[] = []
  const ended = new Set<string>()
  let look = () => {}
  const telling = tellSession(through(client), session.id, {
    connection,
    message: (message) => {
      if (!told.includes(message.id)) told.push(message.id)
      if (message.status === 'final') finals.push(message.id)
      look()
    },
    task: (task) => {
      if (task.status === 'completed') ended.add(task.id)
      look()
    },
  })
  const toldAll = (task: Task) =>
    new Promise<void>((resolve) => {
      look = () => {
        if (ended.has(task.id)) resolve()
      }
      look()
    })
  try {
    await telling.started
    const rest = connectRest(daemon.url, token).service('sessions')
    await story(
      async (prompt) =>
        Promise.race([toldAll(await rest.prompt({ id: session.id, prompt })), telling.broken]),
      client,
    )
    expect([...finals].sort()).toEqual([...told].sort())
    return told
  } finally {
    telling.stop()
    client.close()
  }
}

/** The same client, whose logged events come through only where `passes` says so. */
function losing(client: SocketClient, passes: () => boolean): SocketClient {
  type Hear = (type: string, row: unknown, at?: EventPlace) => void
  const onAny = (hear: Hear) =>
    client.socket.onAny((type: string, row: unknown, at?: EventPlace) => {
      if (!at || passes()) hear(type, row, at)
    })
  const socket = new Proxy(client.socket, {
    get: (target, name) => {
      if (name === 'onAny') return onAny
      const value = Reflect.get(target, name)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  return Object.assign(Object.create(client), { socket })
}

async function stored(): Promise<string[]> {
  const query = { session_id: session.id, $sort: { seq: 1 } }
  const { data } = await connectRest(daemon.url, token).service('messages').find({ query })
  return data.map(({ id }: Message) => id)
}
