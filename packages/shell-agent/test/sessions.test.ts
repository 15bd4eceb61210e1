import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { withAgents } from './agent-process.js'

const { directory, start } = withAgents()

async function session() {
  const cwd = directory()
  const agent = await start(directory())
  return { agent, cwd, id: await agent.newSession(cwd) }
}

test('initialize tells name, version and what is true of sessions', async () => {
  const agent = await start(directory())
  expect(await agent.initialize()).toMatchObject({
    protocolVersion: 1,
    agentInfo: { name: 'yardmaster-shell-agent', version: expect.stringMatching(/^\d+\.\d+\.\d+/) },
    agentCapabilities: {
      loadSession: true,
      promptCapabilities: { image: true, audio: false, embeddedContext: true },
      sessionCapabilities: { list: {}, resume: {}, fork: {}, close: {}, delete: {} },
    },
  })
})

test('load replays the conversation, each message and tool call once', async () => {
  const { agent, cwd, id } = await session()
  await agent.prompt(id, 'hello\n$ echo out; exit 2')
  await agent.end()

  const next = await start(agent.state)
  const loaded = await next.agent.request('session/load', { sessionId: id, cwd, mcpServers: [] })
  expect(loaded.modes?.currentModeId).toBe('ask')
  const replayed = next.updates.filter((u) => u.sessionUpdate !== 'available_commands_update')
  expect(replayed).toMatchObject([
    { sessionUpdate: 'user_message_chunk', content: { text: 'hello\n$ echo out; exit 2' } },
    { sessionUpdate: 'agent_message_chunk', content: { text: 'You wrote:\nhello' } },
    {
      sessionUpdate: 'tool_call',
      title: 'echo out; exit 2',
      status: 'failed',
      rawOutput: { exit_code: 2, signal: null },
      content: [{ type: 'content', content: { type: 'text', text: 'out\n' } }],
    },
    { sessionUpdate: 'agent_message_chunk', content: { text: 'ran 1 command: 2' } },
  ])
})

test('resume after kill -9 in mid-command keeps the conversation and replays nothing', async () => {
  const { agent, cwd, id } = await session()
  await agent.prompt(id, 'first\n$ true')
  const lost = agent.prompt(id, '$ echo $$; exec sleep 1000')
  lost.catch(() => {})
  await agent.until(() => agent.outputOf('echo $$; exec sleep 1000') !== '')
  const orphan = Number(agent.outputOf('echo $$; exec sleep 1000'))
  expect(await agent.end('SIGKILL')).toEqual([null, 'SIGKILL'])
  process.kill(orphan, 'SIGKILL')

  const next = await start(agent.state)
  await next.agent.request('session/resume', { sessionId: id, cwd })
  await next.until(() => next.of('available_commands_update').length > 0)
  expect(next.updates).toHaveLength(1)
  await next.prompt(id, '/history')
  expect(next.said).toBe(
    [
      '1. first',
      '   $ true',
      '   true → 0',
      '2. $ echo $$; exec sleep 1000',
      '   echo $$; exec sleep 1000 → interrupted',
    ].join('\n'),
  )
})

test('a session that was never prompted is there after kill -9', async () => {
  const { agent, cwd, id } = await session()
  await agent.end('SIGKILL')
  const next = await start(agent.state)
  await expect(next.agent.request('session/resume', { sessionId: id, cwd })).resolves.toBeDefined()
})

test('list shows the newest first, by directory, in pages', async () => {
  const agent = await start(directory())
  const cwds = [directory(), directory()]
  const older = await agent.newSession(cwds[0]!)
  const newer = await agent.newSession(cwds[0]!)
  const other = await agent.newSession(cwds[1]!)
  await agent.prompt(older, 'the title\nmore')

  const here = await agent.agent.request('session/list', { cwd: cwds[0] })
  expect(here.sessions.map(({ sessionId, title }) => [sessionId, title])).toEqual([
    [older, 'the title'],
    [newer, null],
  ])
  const all = await agent.agent.request('session/list', {})
  expect(all.sessions.map((s) => s.sessionId).sort()).toEqual([older, newer, other].sort())

  for (let made = 3; made < 101; made += 1) await agent.newSession(cwds[1]!)
  const first = await agent.agent.request('session/list', {})
  const second = await agent.agent.request('session/list', { cursor: first.nextCursor })
  expect([first.sessions.length, second.sessions.length]).toEqual([100, 1])
  expect(second.nextCursor ?? null).toBeNull()
  expect(new Set([...first.sessions, ...second.sessions].map((s) => s.sessionId)).size).toBe(101)
})

test('a broken session file hides no other session', async () => {
  const { agent, cwd, id } = await session()
  writeFileSync(join(agent.state, '00000000-0000-4000-8000-000000000000.json'), '{"version":1,"id"')
  const { sessions } = await agent.agent.request('session/list', { cwd })
  expect(sessions.map((s) => s.sessionId)).toEqual([id])
})

test('unknown sessions are "No such session", and an id never becomes a path', async () => {
  const { agent, cwd } = await session()
  mkdirSync(join(agent.state, 'sub'))
  writeFileSync(join(agent.state, 'sub', 'x.json'), JSON.stringify({ version: 1, id: 'sub/x' }))
  const error = { code: -32002, message: expect.stringContaining('No such session') }
  for (const sessionId of ['00000000-0000-4000-8000-000000000000', 'sub/x', '../../etc/passwd', '']) {
    const params = { sessionId, cwd, mcpServers: [] }
    await expect(agent.agent.request('session/load', params)).rejects.toMatchObject(error)
    await expect(agent.agent.request('session/resume', params)).rejects.toMatchObject(error)
    await expect(agent.agent.request('session/fork', params)).rejects.toMatchObject(error)
    await expect(agent.prompt(sessionId, 'x')).rejects.toMatchObject(error)
  }
})

test('a cwd that is no directory is an error', async () => {
  const { agent, cwd, id } = await session()
  for (const bad of [join(cwd, 'missing'), 'relative', '']) {
    const params = { sessionId: id, cwd: bad, mcpServers: [] }
    await expect(agent.agent.request('session/new', params)).rejects.toMatchObject({ code: -32602 })
    await expect(agent.agent.request('session/load', params)).rejects.toMatchObject({ code: -32602 })
  }
})

test('modes and config options are offered, set, kept, and told', async () => {
  const { agent, cwd, id } = await session()
  await agent.agent.request('session/set_mode', { sessionId: id, modeId: 'plan' })
  expect(agent.of('current_mode_update').at(-1)?.currentModeId).toBe('plan')
  const { configOptions } = await agent.agent.request('session/set_config_option', {
    sessionId: id,
    configId: 'shell',
    value: 'bash',
  })
  expect(configOptions).toMatchObject([
    { id: 'mode', category: 'mode', currentValue: 'plan' },
    { id: 'shell', category: 'model', currentValue: 'bash' },
    { id: 'timeout', currentValue: 'none' },
  ])
  expect(agent.of('config_option_update').at(-1)?.configOptions).toEqual(configOptions)

  const next = await start(agent.state)
  const resumed = await next.agent.request('session/resume', { sessionId: id, cwd })
  expect(resumed).toMatchObject({ modes: { currentModeId: 'plan' }, configOptions })
})

test('what is not offered is refused by name', async () => {
  const { agent, id } = await session()
  const refused = (name: string) => ({ code: -32602, message: expect.stringContaining(name) })
  await expect(
    agent.agent.request('session/set_mode', { sessionId: id, modeId: 'yolo' }),
  ).rejects.toMatchObject(refused('yolo'))
  await expect(
    agent.agent.request('session/set_config_option', { sessionId: id, configId: 'shell', value: 'fish' }),
  ).rejects.toMatchObject(refused('fish'))
  await expect(
    agent.agent.request('session/set_config_option', { sessionId: id, configId: 'depth', value: '1' }),
  ).rejects.toMatchObject(refused('depth'))
})

test('the chosen shell runs the commands', async () => {
  const { agent, id } = await session()
  await agent.prompt(id, '$ echo $0 # the default')
  await agent.agent.request('session/set_config_option', { sessionId: id, configId: 'shell', value: 'bash' })
  await agent.prompt(id, '$ echo $0')
  expect([agent.outputOf('echo $0 # the default'), agent.outputOf('echo $0')]).toEqual(['sh\n', 'bash\n'])
})

test('in plan mode commands are listed and neither asked nor run', async () => {
  const { agent, id } = await session()
  await agent.agent.request('session/set_config_option', { sessionId: id, configId: 'mode', value: 'plan' })
  expect(agent.of('current_mode_update').at(-1)?.currentModeId).toBe('plan')
  await agent.prompt(id, '$ touch a')
  expect(agent.asked).toHaveLength(0)
  expect(agent.of('tool_call')).toHaveLength(0)
  expect(agent.of('plan').at(-1)?.entries).toMatchObject([{ content: 'touch a', status: 'pending' }])
  expect(agent.said).toBe('ran 0 commands; 1 listed (plan mode)')
})

test('a fork has the conversation and not the consent, and goes its own way', async () => {
  const { agent, cwd, id } = await session()
  agent.answer = async () => ({ outcome: 'selected', optionId: 'allow_always' })
  await agent.prompt(id, '$ true')
  const elsewhere = directory()
  const fork = await agent.agent.request('session/fork', { sessionId: id, cwd: elsewhere })
  expect(fork.sessionId).not.toBe(id)
  await agent.prompt(fork.sessionId, '$ true\n$ pwd\n/history')
  expect(agent.asked).toHaveLength(3)
  expect(agent.outputOf('pwd')).toBe(`${elsewhere}\n`)
  expect(agent.said).toContain('1. $ true')
  await agent.prompt(id, '$ true')
  expect(agent.asked).toHaveLength(3)
  expect(cwd).not.toBe(elsewhere)
})

test('a deleted session is gone, and deleting it again is no error', async () => {
  const { agent, cwd, id } = await session()
  await agent.agent.request('session/delete', { sessionId: id })
  await agent.agent.request('session/delete', { sessionId: id })
  expect((await agent.agent.request('session/list', { cwd })).sessions).toEqual([])
  await expect(agent.prompt(id, 'x')).rejects.toMatchObject({ code: -32002 })
})

test('the state is readable by its owner alone, and no temporary file stays', async () => {
  const cwd = directory()
  const state = join(directory(), 'state')
  const agent = await start(state)
  const id = await agent.newSession(cwd)
  await agent.prompt(id, '$ true')
  expect(statSync(state).mode & 0o777).toBe(0o700)
  expect(readdirSync(state)).toEqual([`${id}.json`])
  expect(statSync(join(state, `${id}.json`)).mode & 0o777).toBe(0o600)
})
