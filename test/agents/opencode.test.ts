import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { environmentOf, processTable } from '@yardmaster/processes'
import { asUsersGetIt, startTestDaemon, type TestDaemon } from '../daemon'
import { Conversation } from './conversation'
import { type Answer, ModelEndpoint } from './model-endpoint'
import { prepareOpenCode } from './opencode'

let model: ModelEndpoint
let yard: TestDaemon
let talk: Conversation | undefined
beforeAll(async () => {
  model = await ModelEndpoint.open()
  yard = await startTestDaemon({ env: asUsersGetIt, prepare: (home) => prepareOpenCode(home, model.url) })
})
// A run outlives the daemon: what a test that failed has left would go on for ever.
afterEach(() => talk?.end())
afterAll(async () => {
  await yard?.stop()
  await model?.close()
})

async function begin(chosen: object = {}): Promise<Conversation> {
  talk = await Conversation.begin(yard, chosen)
  return talk
}

const bash = (command: string): Answer => ({
  say: 'I will. ',
  call: { tool: 'bash', arguments: { command, description: 'As asked' } },
})

test('it is found, asked who it is, and listed', async () => {
  const opencode = async () => {
    const { data } = await yard.admin.rest.service('runtimes').find()
    return data.flatMap(({ harnesses }) => harnesses).find(({ id }) => id === 'opencode')
  }
  // Nobody is told when a runtime registers anew with what its probe has found.
  let found = await opencode()
  while (found?.version === null && found.problem === null) {
    await delay(100)
    found = await opencode()
  }
  expect(found).toMatchObject({
    name: 'OpenCode',
    version: expect.stringMatching(/^1\.18\./),
    problem: null,
    capabilities: { loadSession: true, sessionCapabilities: { resume: {} } },
  })
})

test('a prompt becomes a file, and the next prompt goes on with the conversation', async () => {
  const talk = await begin()
  model.script(bash('echo made by an agent > made.txt'), { say: 'The file is there.' })
  const before = model.requests.length
  const first = await talk.prompt('Make a file')

  const request = await talk.asked(first)
  expect(request.tool_call).toMatchObject({ kind: 'execute', raw_input: { command: expect.any(String) } })
  await expect(access(join(talk.path, 'made.txt'))).rejects.toThrow('ENOENT')
  await talk.decide(request, 'once')
  const done = await talk.ended(first)

  expect(done).toMatchObject({
    status: 'completed',
    model: 'scripted/first',
    git_state: { files: [{ path: 'made.txt', added: 1, removed: 0 }], end: { dirty: true } },
    usage: { input_tokens: 100, output_tokens: 20, context: { size: 100_000 } },
  })
  expect(await readFile(join(talk.path, 'made.txt'), 'utf8')).toBe('made by an agent\n')
  expect(await talk.lines()).toEqual([
    'prompt of user: Make a file',
    'text of agent: I will. ',
    'tool_call echo made by an agent > made.txt: completed',
    'text of agent: The file is there.',
  ])
  expect((await talk.transcript()).map(({ status }) => status)).toEqual(Array(4).fill('final'))

  model.script({ say: 'You asked for a file.' })
  const second = await talk.told('What did I ask for?')

  expect(second).toMatchObject({
    status: 'completed',
    agent_session_id: done.agent_session_id,
    resume_decision: { reason: 'pointer', agent_session_id: done.agent_session_id },
  })
  const sent = model.requests
    .slice(before)
    .at(-1)
    ?.messages.filter(({ role }) => role !== 'system')
  expect(sent).toMatchObject([
    { role: 'user', content: 'Make a file' },
    { role: 'assistant', content: 'I will. ', tool_calls: [{ function: { name: 'bash' } }] },
    { role: 'tool' },
    { role: 'assistant', content: 'The file is there.' },
    { role: 'user', content: 'What did I ask for?' },
  ])
  expect((await talk.lines()).slice(4)).toEqual([
    'prompt of user: What did I ask for?',
    'text of agent: You asked for a file.',
  ])
})

test('another person goes on with the conversation, and a fork in the same worktree does, apart from it', async () => {
  const talk = await begin()
  /** What people and the model have said, as the model was last sent it. */
  const sent = () =>
    model.requests
      .at(-1)
      ?.messages.filter(({ role }) => role !== 'system')
      .map(({ content }) => content)
  model.script({ say: 'I keep it in mind.' })
  const first = await talk.told('The word is heron.')

  const other = await talk.handedOn()
  model.script({ say: 'Heron.' })
  expect(await other.told('What is the word?')).toMatchObject({
    status: 'completed',
    agent_session_id: first.agent_session_id,
    resume_decision: { reason: 'pointer', dropped: null },
  })
  expect(sent()).toEqual(['The word is heron.', 'I keep it in mind.', 'What is the word?'])
  expect((await other.lines()).at(-1)).toBe('text of agent: Heron.')

  const fork = await talk.forked('same')
  model.script({ say: 'Heron here too.' })
  expect(await fork.told('And here?')).toMatchObject({
    status: 'completed',
    resume_decision: { reason: 'forked' },
  })
  expect(sent()).toEqual([
    ...['The word is heron.', 'I keep it in mind.', 'What is the word?', 'Heron.', 'And here?'],
  ])
  expect(await fork.lines()).toEqual(['prompt of user: And here?', 'text of agent: Heron here too.'])
  model.script({ say: 'Not there.' })
  await talk.told('Was there a fork?')
  expect(sent()).not.toContain('And here?')
})

test('a fork in a worktree of its own works there, and begins anew: a copy would work in that of its source', async () => {
  const talk = await begin()
  model.script({ say: 'I keep it in mind.' })
  await talk.told('The word is heron.')
  const fork = await talk.forked('new')
  model.script(bash('echo here > made.txt'), { say: 'Done.' })
  const task = await fork.prompt('Make a file')
  await fork.decide(await fork.asked(task), 'once')
  expect(await fork.ended(task)).toMatchObject({
    ...{ status: 'completed', git_state: { files: [{ path: 'made.txt', added: 1 }] } },
  })
  expect((await fork.lines()).join()).toContain('a copy of it would work in the worktree of the session')
  await expect(access(join(talk.path, 'made.txt'))).rejects.toThrow('ENOENT')
})

test('what it offers is readable on the session', async () => {
  const talk = await begin()
  model.script({ say: 'Hello.' })
  await talk.told('Hello?')
  const { offered, commands, usage } = await talk.session()
  expect(offered).toMatchObject({
    agent: { name: 'OpenCode' },
    config_options: [
      {
        id: 'model',
        currentValue: 'scripted/first',
        options: [{ value: 'scripted/first' }, { value: 'scripted/second' }],
      },
      { id: 'mode', currentValue: 'build', options: [{ value: 'build' }, { value: 'plan' }] },
    ],
  })
  expect(commands).toEqual(expect.arrayContaining([expect.objectContaining({ name: 'init' })]))
  expect(usage).toMatchObject({ context: { used: 100, size: 100_000 } })
})

test('what people reject is not done', async () => {
  const talk = await begin()
  model.script(bash('touch unwanted'))
  const task = await talk.prompt('Make a file')
  await talk.decide(await talk.asked(task), 'reject')
  expect(await talk.ended(task)).toMatchObject({ status: 'completed', git_state: { files: [] } })
  expect(await talk.lines()).toContain('tool_call touch unwanted: failed')
  await expect(access(join(talk.path, 'unwanted'))).rejects.toThrow('ENOENT')
})

test('in safe mode it edits files of the worktree unasked, and nothing outside', async () => {
  const talk = await begin({ permission_mode: 'safe' })
  const write = (filePath: string): Answer => ({
    call: { tool: 'write', arguments: { filePath, content: 'written\n' } },
  })
  const outside = join(yard.home, 'outside')
  model.script(write(join(talk.path, 'inside')), write(outside))
  const task = await talk.prompt('Write two files')
  const request = await talk.asked(task)
  expect(JSON.stringify(request.tool_call)).toContain(outside)
  await talk.decide(request, 'reject')
  expect(await talk.ended(task)).toMatchObject({
    status: 'completed',
    git_state: { files: [{ path: 'inside', added: 1 }] },
  })
  expect(await readFile(join(talk.path, 'inside'), 'utf8')).toBe('written\n')
  await expect(access(outside)).rejects.toThrow('ENOENT')
  expect(talk.watch.rows('permission-requests')).toHaveLength(1)
})

test('a stop in the middle of a tool ends every process, and the conversation can go on', async () => {
  const talk = await begin({ permission_mode: 'auto' })
  model.script(bash('touch asleep; exec sleep 600'))
  const asleep = () =>
    access(join(talk.path, 'asleep')).then(
      () => true,
      () => false,
    )
  const task = await talk.prompt('Sleep')
  while (!(await asleep())) await delay(20)
  // Inside they have other pids. That the shell has become the sleep is not told.
  const inRun = () =>
    processTable().filter(({ pid }) => environmentOf(pid).includes(`YARDMASTER_RUN=${task.id}.1`))
  const commands = () =>
    Promise.all(inRun().map(({ pid }) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')))
  while (!(await commands()).some((command) => command.startsWith('sleep'))) await delay(20)
  expect(inRun().length).toBeGreaterThan(2)

  await talk.stop(task)
  const stopped = await talk.ended(task)
  expect(stopped.status).toBe('stopped')
  expect(inRun()).toEqual([])

  model.script({ say: 'Awake again.' })
  expect(await talk.told('Go on')).toMatchObject({
    status: 'completed',
    agent_session_id: stopped.agent_session_id,
    resume_decision: { reason: 'pointer' },
  })
  expect((await talk.lines()).at(-1)).toBe('text of agent: Awake again.')
})

test('a model that it does not have is refused by name, before anything is asked of it', async () => {
  const talk = await begin({ model: 'scripted/third' })
  const before = model.requests.length
  expect(await talk.told('Hello?')).toMatchObject({
    status: 'failed',
    failure_reason: 'option_refused',
    error: { message: expect.stringMatching(/"scripted\/third".*scripted\/first, scripted\/second/) },
  })
  expect(model.requests.length).toBe(before)
})

test('model and mode are set as the session says: it plans with the second model', async () => {
  const talk = await begin({ model: 'scripted/second', mode: 'plan' })
  model.script({ say: 'I only plan.' })
  expect(await talk.told('Make a file')).toMatchObject({ status: 'completed', model: 'scripted/second' })
  const sent = model.requests.at(-1)
  expect(sent?.model).toBe('second')
  expect(JSON.stringify(sent?.messages.at(-1))).toContain('Plan mode ACTIVE')
  expect((await talk.session()).offered).toMatchObject({
    config_options: [
      { id: 'model', currentValue: 'scripted/second' },
      { id: 'mode', currentValue: 'plan' },
    ],
  })
})
