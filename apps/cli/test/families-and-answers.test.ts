import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Allowance, Family, PermissionRequest, Session, Task } from '@yardmaster/protocol'
import { type Started, startDaemon } from './daemon.js'

let daemon: Started
beforeAll(async () => {
  daemon = await startDaemon()
  await daemon.yardmaster(['login', daemon.link])
  await daemon.json('repo', 'add', await daemon.repository('shop'))
  await daemon.json('worktree', 'new', 'shop', 'fix-cart')
})
afterAll(() => daemon.stop())

const newSession = (...more: string[]) =>
  daemon.json<Session>('session', 'new', 'fix-cart', '--harness', 'shell', ...more)

/** What the session asks for next. */
async function asked(session: Session): Promise<PermissionRequest> {
  for (;;) {
    const [request] = await daemon.json<PermissionRequest[]>('request', 'ls', session.id)
    if (request) return request
  }
}

test('a question is answered by its fields', async () => {
  const session = await newSession()
  const following = daemon.yardmaster(['session', 'prompt', session.id, '/ask Which branch?', '--follow'])
  const { id } = await asked(session)
  expect(await daemon.yardmaster(['request', 'decide', id, 'accept', '--answer', 'wrong=1'])).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('INVALID'),
  })
  expect(
    await daemon.yardmaster(['request', 'decide', id, 'accept', '--answer', 'answer=a=b']),
  ).toMatchObject({
    code: 0,
    stdout: 'Which branch?: Answer.\n',
  })
  const { code, stdout } = await following
  expect(code).toBe(0)
  expect(stdout).toContain('? It asks: Which branch?')
  expect(stdout).toContain(`yardmaster request decide ${id} accept --answer answer=…`)
  expect(stdout).toContain('You answered:\na=b')
})

test('"always" is listed, and taken back', async () => {
  const session = await newSession()
  const following = daemon.yardmaster(['session', 'prompt', session.id, '$ echo hello', '--follow'])
  await daemon.yardmaster(['request', 'decide', (await asked(session)).id, 'allow_always'])
  await following
  const [allowance] = await daemon.json<Allowance[]>('allowance', 'ls', session.id)
  const { stdout } = await daemon.yardmaster(['allowance', 'ls', session.id])
  expect(stdout).toMatch(/allow always +echo hello +\{"command":"echo hello"\}/)
  expect(await daemon.yardmaster(['allowance', 'rm', allowance!.id])).toMatchObject({
    code: 0,
    stdout: 'Taken back: echo hello.\n',
  })
  expect(await daemon.json('allowance', 'ls', session.id)).toEqual([])
})

test('files come with a prompt', async () => {
  const session = await newSession()
  const file = join(daemon.home, 'notes.txt')
  await writeFile(file, 'five!')
  const given = ['session', 'prompt', session.id, 'look', '--idempotency-key', 'once', '--attach', file]
  const { stdout } = await daemon.yardmaster([...given, '--follow'])
  expect(stdout).toContain('look\n  [notes.txt]')
  expect(stdout).toContain('[content of attachment:///notes.txt: 5 characters]')
  const again = await daemon.json<Task>(...given)
  expect(again).toMatchObject({
    status: 'completed',
    attachments: [{ name: 'notes.txt', media_type: 'text/plain' }],
  })
  expect(
    await daemon.yardmaster(['session', 'prompt', session.id, 'x', '--attach', `${file}.not`]),
  ).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('cannot be read: ENOENT'),
  })
})

test('fork, spawn and family', async () => {
  const session = await newSession('--title', 'Cart', '--permission-mode', 'auto')
  const fork = await daemon.json<Session>('session', 'fork', session.id, '--name', 'another-way')
  const child = await daemon.json<Session>('session', 'spawn', session.id, 'hello', '--no-notify')
  const tree = await daemon.json<Family>('session', 'family', child.id)
  expect(tree).toMatchObject({ id: session.id, children: [{ id: fork.id }, { id: child.id }] })
  const { stdout } = await daemon.yardmaster(['session', 'family', child.id])
  const [root, first, second] = stdout.split('\n')
  expect(root).toMatch(new RegExp(`^${session.id}  \\w+  Cart$`))
  expect(first).toBe(`├ ${fork.id}  fork  idle  Cart`)
  expect(second).toMatch(new RegExp(`^└ ${child.id} \\*  spawn  \\w+$`))
  expect((await daemon.json<{ name: string }[]>('worktree', 'ls')).map(({ name }) => name)).toContain(
    'another-way',
  )
})

test('a session with nothing to repair says so', async () => {
  const { id } = await newSession()
  expect(await daemon.yardmaster(['session', 'fix', id])).toMatchObject({
    code: 0,
    stdout: 'Nothing to repair.\n',
  })
})
