import { join } from 'node:path'
import { Scene } from './attempt.js'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

test('a harness that dies fails the task with its exit code and last words, secrets hidden', async () => {
  const harness = { env: { ODD_API_KEY: 'sk-very-secret' } }
  const steps = [{ stderr: `${'x'.repeat(20_000)} the key is sk-very-secret\n` }, { exit: 3 }]
  expect(await scene.odd(steps, { harness }).exit()).toBe(0)
  const failed = scene.daemon.patched('failed')
  expect(failed).toMatchObject({
    failure_reason: 'harness_died',
    error: { message: expect.stringContaining('exit code 3') },
  })
  const detail = String((failed?.error as Record<string, unknown> | undefined)?.detail)
  expect(detail).toMatch(/x the key is \[ODD_API_KEY\]$/)
  expect(detail.length).toBeLessThan(17_000)
})

test('what belongs to the person who prompted is hidden whatever it is called, and goes before what the host has', async () => {
  const identity = { git: null, env: { ODD_WORD: 'of the person' }, unreadable: [] }
  const harness = {
    command: 'sh',
    args: ['-c', 'echo "it is $ODD_WORD" >&2'],
    env: { ODD_WORD: 'of the host' },
  }
  await scene.shell('Hello', { harness, identity }).exit()
  const error = scene.daemon.patched('failed')?.error as Record<string, unknown> | undefined
  expect(error?.detail).toBe('it is [ODD_WORD]')
})

test('a harness that is killed fails the task with the signal', async () => {
  const harness = { command: 'sh', args: ['-c', 'kill -9 $$'] }
  await scene.shell('Hello', { harness }).exit()
  expect(scene.daemon.patched('failed')).toMatchObject({
    failure_reason: 'harness_died',
    error: { message: expect.stringContaining('SIGKILL') },
  })
})

test('a command that is not there is named', async () => {
  await scene.shell('Hello', { harness: { command: 'no-such-agent', args: [] } }).exit()
  expect(scene.daemon.patched('failed')).toMatchObject({
    failure_reason: 'harness_missing',
    error: { message: expect.stringContaining('"no-such-agent"') },
  })
})

test('a worktree that is gone is named', async () => {
  const worktree = join(scene.home, 'gone')
  await scene.shell('Hello', { worktree }).exit()
  expect(scene.daemon.patched('failed')).toMatchObject({
    failure_reason: 'cwd_missing',
    error: { message: expect.stringContaining(worktree) },
  })
})

test('a worktree that is no git repository still runs, with nothing told of it', async () => {
  await scene.odd([], { worktree: scene.home }).exit()
  expect(scene.daemon.patched('completed')).toMatchObject({
    git_state: { start: null, end: null, files: [] },
  })
})

test.each([
  ['max_tokens', 'context_overflow'],
  ['max_turn_requests', 'iteration_limit'],
  ['refusal', 'refused'],
  ['cancelled', 'harness_failed'],
  ['something_new', 'harness_failed'],
])('a turn that stops with %s fails as %s', async (stop, failure_reason) => {
  await scene.odd([{ stop }]).exit()
  expect(scene.daemon.patched('failed')).toMatchObject({ failure_reason })
})

test.each([
  [{ code: -32000, message: 'Authentication required' }, 'sign_in_needed'],
  [
    { message: 'Internal error', data: { details: 'prompt is too long: 210000 tokens > 200000' } },
    'context_overflow',
  ],
  [{ message: 'Internal error', data: { type: 'invalid_request_error' } }, 'invalid_request'],
  [{ message: 'Internal error', data: 'connect ECONNREFUSED 127.0.0.1:1' }, 'network'],
  [{ message: 'API error: status code 503' }, 'network'],
  [{ message: 'No API key found' }, 'sign_in_needed'],
  [{ message: 'out of ideas after 512 tries' }, 'harness_failed'],
])('the answer %j fails as %s', async (error, failure_reason) => {
  await scene.odd([{ error }]).exit()
  expect(scene.daemon.patched('failed')).toMatchObject({ failure_reason })
})

test('silence for longer than the idle timeout times the task out', async () => {
  const attempt = scene.odd([{ wait: 'cancelled' }], { idle_timeout: 1_500 })
  await attempt.exit()
  expect(scene.daemon.patched('timed_out')).toMatchObject({ failure_reason: 'idle_timeout' })
  expect(attempt.processes()).toEqual([])
})

test('a run longer than it may be times out, and what it did is told', async () => {
  const steps = [
    { update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'so far' } } },
    { wait: 'cancelled' },
  ]
  // Within it the agent has to come up and to talk, however busy the machine is.
  await scene.odd(steps, { run_timeout: 6_000 }).exit()
  expect(scene.daemon.patched('timed_out')).toMatchObject({ failure_reason: 'run_timeout' })
  expect(scene.daemon.texts('text')).toEqual(['so far'])
})

test('an output that breaks the protocol beyond repair fails the task', async () => {
  const harness = { command: 'sh', args: ['-c', 'exec >&-; sleep 60'] }
  await scene.shell('Hello', { harness }).exit()
  expect(scene.daemon.patched('failed')).toMatchObject({ failure_reason: 'harness_failed' })
})
