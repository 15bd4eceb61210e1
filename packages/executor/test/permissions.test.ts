import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { Scene } from './attempt.js'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

const ask = (...calls: object[]) =>
  calls.map((call, number) => ({ toolCallId: `call-${number}`, title: 'Do it', ...call }))

test('relay asks people, after the tool call stands in the transcript, and goes on as they decide', async () => {
  const attempt = scene.shell('$ echo done > made.txt')
  const { daemon } = scene
  const request = await daemon.until(() => daemon.requests[0])
  expect(daemon.messages).toMatchObject([{ type: 'tool_call', content: [{ title: 'echo done > made.txt' }] }])
  expect(request).toMatchObject({
    client_id: 'p1',
    tool_call: { type: 'tool_call', title: 'echo done > made.txt', kind: 'execute' },
    options: expect.arrayContaining([{ option_id: 'allow_once', name: 'Allow', kind: 'allow_once' }]),
  })
  daemon.decide(request, 'allow_once')
  expect(await attempt.exit()).toBe(0)
  expect(daemon.patched('completed')).toMatchObject({ git_state: { files: [{ path: 'made.txt' }] } })
})

test('a refusal reaches the agent', async () => {
  const attempt = scene.shell('$ echo done > made.txt')
  const { daemon } = scene
  daemon.decide(await daemon.until(() => daemon.requests[0]), 'reject_once')
  await attempt.exit()
  expect(daemon.texts('text')).toEqual(['ran 0 commands; 1 not allowed'])
  expect(daemon.patched('completed')).toMatchObject({ git_state: { files: [] } })
})

test('several requests are open at once and are decided in any order', async () => {
  const attempt = scene.odd([{ ask: ask({}, {}) }])
  const { daemon } = scene
  const [first, second] = await daemon.until(() => daemon.requests.length === 2 && daemon.requests)
  daemon.decide(second!, 'reject_once')
  daemon.decide(first!, 'allow_always')
  await attempt.exit()
  // "Always" is for the daemon to remember, where it can be taken back; the agent hears of this once.
  expect(daemon.texts('text')).toEqual(['id-allow_once id-reject_once'])
})

test('a request that the agent takes back is taken back', async () => {
  const attempt = scene.odd([{ either: ask({}, {}) }, { wait: 'end_turn' }])
  const { daemon } = scene
  const [first, second] = await daemon.until(() => daemon.requests.length === 2 && daemon.requests)
  daemon.decide(second!, 'allow_once')
  const withdrawn = await daemon.until(() => daemon.named('PATCH permission-requests')[0])
  expect(withdrawn).toMatchObject({
    id: (first as unknown as { id: string }).id,
    body: { status: 'cancelled' },
  })
  attempt.terminate()
  await attempt.exit()
  expect(daemon.named('PATCH permission-requests')).toHaveLength(1)
})

test('a request that expired is cancelled for the agent', async () => {
  const attempt = scene.odd([{ ask: ask({}) }])
  const { daemon } = scene
  const request = await daemon.until(() => daemon.requests[0])
  daemon.expire(request)
  await attempt.exit()
  expect(daemon.texts('text')).toEqual(['cancelled'])
})

test.each([
  ['auto', 'id-allow_once'],
  ['deny', 'id-reject_once'],
] as const)('%s answers by itself, for this once', async (permission_mode, answer) => {
  await scene.odd([{ ask: ask({ kind: 'execute' }) }], { session: { permission_mode } }).exit()
  expect(scene.daemon.texts('text')).toEqual([answer])
  expect(scene.daemon.requests).toEqual([])
})

test('safe allows reads, and edits inside the worktree', async () => {
  mkdirSync(join(scene.worktree, 'src'))
  const calls = ask(
    { kind: 'read', locations: [{ path: '/etc/hostname' }] },
    { kind: 'search' },
    { kind: 'edit', locations: [{ path: join(scene.worktree, 'src', 'new', 'file.ts') }] },
    { kind: 'edit', content: [{ type: 'diff', path: join(scene.worktree, 'a.txt'), newText: '' }] },
  )
  await scene.odd([{ ask: calls }], { session: { permission_mode: 'safe' } }).exit()
  expect(scene.daemon.texts('text')).toEqual([Array(4).fill('id-allow_once').join(' ')])
  expect(scene.daemon.requests).toEqual([])
})

test('safe asks about everything else', async () => {
  symlinkSync('/etc', join(scene.worktree, 'elsewhere'))
  const edit = (...paths: string[]) => ({ kind: 'edit', locations: paths.map((path) => ({ path })) })
  const calls = ask(
    { kind: 'execute' },
    { kind: 'fetch' },
    edit(),
    edit('/etc/hostname'),
    edit(join(scene.worktree, '..', 'sibling')),
    edit(join(scene.worktree, 'elsewhere', 'hostname')),
    edit(join(scene.worktree, '.git', 'hooks', 'post-commit')),
    edit(join(scene.worktree, 'a.txt'), '/etc/hostname'),
  )
  const attempt = scene.odd([{ ask: calls }], { session: { permission_mode: 'safe' } })
  const { daemon } = scene
  await daemon.until(() => daemon.requests.length === calls.length)
  for (const request of daemon.requests) daemon.decide(request, 'reject_once')
  await attempt.exit()
  expect(daemon.patched('completed')).toBeDefined()
})

test('both clocks rest while a person is asked', async () => {
  // Within it the agent has to come up and to ask, however busy the machine is.
  const limit = 6_000
  const attempt = scene.odd([{ ask: ask({}) }], { idle_timeout: limit, run_timeout: limit })
  const { daemon } = scene
  const request = await daemon.until(() => daemon.requests[0])
  await delay(limit)
  daemon.decide(request, 'allow_once')
  await attempt.exit()
  expect(daemon.named('PATCH tasks').map(({ body }) => body.status)).toEqual(['running', 'completed'])
})
