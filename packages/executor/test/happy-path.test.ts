import { Scene } from './attempt.js'

let scene: Scene
beforeEach(async () => {
  scene = await Scene.open()
})
afterEach(() => scene.close())

const auto = { session: { permission_mode: 'auto' as const } }

test('a prompt runs to its end: start, messages in order, git_state, usage, no process left', async () => {
  const before = scene.git('rev-parse', 'HEAD')
  const attempt = scene.shell(
    'Hello\n$ echo one > a.txt; git add a.txt; git commit -qm a\n$ echo two > b.txt; cat a.txt',
    auto,
  )
  expect(await attempt.exit()).toBe(0)
  expect(attempt.processes()).toEqual([])

  const { daemon } = scene
  const started = daemon.patched('running')
  expect(started).toMatchObject({
    work_dir: scene.worktree,
    model: 'sh',
    git_state: { start: { sha: before, branch: 'main', dirty: false }, end: null, files: [] },
  })
  const ended = daemon.patched('completed')
  expect(ended).toMatchObject({
    agent_session_id: started?.agent_session_id,
    git_state: {
      start: { sha: before },
      end: { sha: scene.git('rev-parse', 'HEAD'), branch: 'main', dirty: true },
      files: [
        { path: 'a.txt', status: 'added', added: 1, removed: 0 },
        { path: 'b.txt', status: 'added', added: 1, removed: 0 },
      ],
    },
  })
  expect(ended?.usage).toMatchObject({
    input_tokens: expect.any(Number),
    context: { used: expect.any(Number) },
  })
  const snapshot = scene.git('rev-parse', `refs/yardmaster/tasks/${scene.taskId}/1/end`)
  expect(ended?.git_state).toMatchObject({ end: { snapshot } })

  expect(daemon.messages.map(({ type, status }) => [type, status])).toEqual([
    ['other', 'final'],
    ['text', 'final'],
    ['tool_call', 'final'],
    ['tool_call', 'final'],
    ['text', 'final'],
  ])
  expect(daemon.texts('text')).toEqual(['You wrote:\nHello', 'ran 2 commands: 0, 0'])
  expect(daemon.messages[3]?.content[0]).toMatchObject({
    type: 'tool_call',
    status: 'completed',
    kind: 'execute',
    content: [{ type: 'content', content: { type: 'text', text: 'one\n' } }],
    raw_output: { exit_code: 0 },
  })
  expect(scene.spooled()).toBeNull()
})

test('what the harness offers, plans and uses is reported to the session', async () => {
  await scene.shell('$ true\n$ true', auto).exit()
  expect(scene.daemon.reported).toMatchObject({
    plan: [{ status: 'completed' }, { status: 'completed' }],
    commands: expect.arrayContaining([expect.objectContaining({ name: 'help' })]),
    offered: {
      agent: { name: 'yardmaster-shell-agent' },
      modes: { currentModeId: 'ask' },
      config_options: expect.arrayContaining([expect.objectContaining({ id: 'shell', currentValue: 'sh' })]),
      title: '$ true',
    },
    usage: { context: { used: expect.any(Number), size: expect.any(Number) } },
  })
})

test('the start is told before anything else of the run, and before the prompt is sent', async () => {
  await scene.shell('$ true', auto).exit()
  expect(scene.daemon.calls[0]).toMatchObject({ name: 'PATCH tasks', body: { status: 'running' } })
})

test('model, mode and options that were chosen are set', async () => {
  const session = { permission_mode: 'auto' as const, model: 'bash', mode: 'plan', config: { timeout: '60' } }
  await scene.shell('$ true', { session }).exit()
  const { offered } = scene.daemon.reported as {
    offered: { config_options: { id: string; currentValue: string }[] }
  }
  expect(offered.config_options.map(({ id, currentValue }) => [id, currentValue])).toEqual([
    ['mode', 'plan'],
    ['shell', 'bash'],
    ['timeout', '60'],
  ])
  expect(scene.daemon.patched('completed')).toMatchObject({ model: 'bash' })
})

test('a model of a harness that knows no config options is set by session/set_model', async () => {
  const models = { currentModelId: 'small', availableModels: [{ modelId: 'small' }, { modelId: 'large' }] }
  await scene.odd([], { session: { model: 'large' } }, { session: { models } }).exit()
  expect(scene.daemon.texts('text')).toEqual(['model large'])
  expect(scene.daemon.patched('completed')).toMatchObject({ model: 'large' })
})

test.each([
  ['model', { model: 'zsh' }, 'The agent has no model "zsh"; it offers: sh, bash.'],
  ['mode', { mode: 'yolo' }, 'The agent has no mode "yolo"; it offers: ask, plan.'],
  [
    'option',
    { config: { colour: 'red' } },
    'The agent has no option "colour"; it offers: mode, shell, timeout.',
  ],
])('a %s that the harness does not have is refused by name', async (_, chosen, message) => {
  expect(await scene.shell('$ true', { session: chosen }).exit()).toBe(0)
  expect(scene.daemon.patched('failed')).toMatchObject({
    failure_reason: 'option_refused',
    error: { message },
  })
  expect(scene.daemon.patched('running')).toBeUndefined()
})

test('text that grows once its message is there is told in chunks, each at its offset', async () => {
  const chunk = (text: string) => ({
    update: { sessionUpdate: 'agent_message_chunk', messageId: 'm', content: { type: 'text', text } },
  })
  // The question holds the agent back until the message was created.
  const steps = [
    chunk('one 🙂 '),
    { ask: [{ toolCallId: 'c', title: 'Go on?' }], messageId: 'm' },
    { wait: 'end_turn' },
  ]
  const attempt = scene.odd(steps)
  const { daemon } = scene
  daemon.decide(await daemon.until(() => daemon.requests[0]), 'allow_once')
  const { body } = await daemon.until(() => daemon.named('POST messages.chunk')[0])
  expect(body).toEqual({ id: daemon.messages[0]?.id, block: 0, offset: 7, text: 'id-allow_once' })
  attempt.terminate()
  await attempt.exit()
})
