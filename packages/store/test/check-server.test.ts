import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { checkServer, roleOf } from '../src/index.js'

const url = process.env.TEST_OWNER_URL!

/** A port that takes connections and hands them to `answer`. */
async function listening(
  answer: (socket: Socket) => void,
  check: (port: number) => Promise<void>,
): Promise<void> {
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    answer(socket)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  await check((server.address() as { port: number }).port)
  for (const socket of sockets) socket.destroy()
  server.close()
  await once(server, 'close')
}

it('is content with a server that is new enough', async () => {
  await checkServer(url)
})

it.each([
  ['refuses the password', () => Object.assign(new URL(url), { password: 'guessed' }).href, 'authentication'],
  ['has no such database', () => Object.assign(new URL(url), { pathname: '/none' }).href, 'does not exist'],
  ['is not there', () => 'postgresql://me:guessed@127.0.0.1:1/none', 'ECONNREFUSED'],
])('says that it %s, without the password', async (_, wrong, reason) => {
  const error = await checkServer(wrong()).catch((error) => error)
  expect(error).toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  expect(error.message).toContain(reason)
  expect(error.message).toContain('DATABASE_URL')
  expect(error.message).not.toContain('guessed')
})

it('gives up on a server that never answers', async () => {
  await listening(
    () => {},
    async (port) => {
      const check = checkServer(`postgresql://me:x@127.0.0.1:${port}/none`, 100)
      await expect(check).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
    },
  )
})

it('refuses a server that is too old', async () => {
  await listening(beOld, async (port) => {
    const check = checkServer(`postgresql://me:x@127.0.0.1:${port}/none?sslmode=disable`)
    await expect(check).rejects.toMatchObject({
      code: 'DATABASE_TOO_OLD',
      message: 'The database at 127.0.0.1 is Postgres 14; Yardmaster needs 15 or newer.',
    })
  })
})

it('knows the user of a url', () => {
  expect(roleOf('postgresql://some%20one:x@localhost/db')).toBe('some one')
})

// There is no Postgres 14 to start, so this speaks as much of its protocol as the question takes.
function beOld(socket: Socket): void {
  const message = (type: string, ...parts: (string | Buffer)[]) => {
    const body = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
    const length = Buffer.alloc(4)
    length.writeInt32BE(body.length + 4)
    return Buffer.concat([Buffer.from(type), length, body])
  }
  const zeros = (count: number) => Buffer.alloc(count)
  const ready = message('Z', 'I')
  const column = Buffer.concat([zeros(6), Buffer.from([0, 0, 0, 25, 255, 255, 255, 255, 255, 255, 0, 0])])
  socket.once('data', () => {
    socket.write(Buffer.concat([message('R', zeros(4)), ready]))
    socket.on('data', () =>
      socket.write(
        Buffer.concat([
          message('T', Buffer.from([0, 1]), 'server_version_num\0', column),
          message('D', Buffer.from([0, 1, 0, 0, 0, 6]), '140012'),
          message('C', 'SHOW\0'),
          ready,
        ]),
      ),
    )
  })
}
