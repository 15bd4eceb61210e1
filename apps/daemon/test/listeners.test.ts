import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { Ear } from './helpers/ear'
import { say, startRun } from './helpers/runs'

const hour = 3_600_000

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon({
    pace: { head: 50, slow: 20 },
    limits: { dispatched: hour, started: hour, heartbeat_timeout: hour },
  })
})
afterAll(() => yard.stop())

test('who listens to a session is told where its log ends, without an event', async () => {
  const session = await yard.session((await yard.worktree()).id)
  const [ear, other] = [await Ear.open(yard, yard.admin.token), await Ear.open(yard, yard.admin.token)]
  await ear.subscribe({ session_id: session.id })
  const { last_seq } = await yard.admin.rest.service('sessions').get(session.id)
  expect(await ear.hears('head')).toEqual([{ session_id: session.id, last_seq }])
  await other.settled()
  expect(other.names()).not.toContain('head')
})

test('a socket that does not read is cut, nobody else waits, and it comes back', async () => {
  const session = await yard.session((await yard.worktree()).id)
  const run = await startRun(yard, session.id)
  const [stuck, reader] = [await Ear.open(yard, yard.admin.token), await Ear.open(yard, yard.admin.token)]
  await stuck.subscribe({ session_id: session.id })
  await reader.subscribe({ session_id: session.id })
  const { engine } = stuck.client.socket.io as unknown as {
    engine: {
      transport: { ws: { _socket: { pause(): void; on(event: 'close', listener: () => void): void } } }
    }
  }
  const tcp = engine.transport.ws._socket
  tcp.pause()
  const { io } = yard.daemon.app as unknown as { io: { sockets: { sockets: Map<string, unknown> } } }
  const id = stuck.client.socket.id!
  const text = 'x'.repeat(500_000)
  let said = 0
  // What the kernel holds for it comes before what the daemon has to hold.
  while (io.sockets.sockets.has(id)) {
    await say(yard, run, text)
    said += 1
  }
  await reader.until(() => reader.names().filter((name) => name === 'messages created').length >= said)
  expect(reader.closed).toBeNull()
  expect(said).toBeLessThan(80)
  const back = new Promise<void>((resolve) => stuck.client.socket.once('connect', resolve))
  ;(tcp as unknown as { resume(): void }).resume()
  await back
  expect(stuck.closed).toMatch(/transport/)
})
