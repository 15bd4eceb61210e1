import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { choose, isAlive, withAgents } from './agent-process.js'

const { directory, start } = withAgents()

async function session() {
  const cwd = directory()
  const agent = await start(directory())
  return { agent, cwd, id: await agent.newSession(cwd) }
}

test('a command is asked, runs in the cwd and reports output and exit code', async () => {
  const { agent, cwd, id } = await session()
  const answer = await agent.prompt(id, '$ pwd; echo to-stderr >&2; exit 3')

  expect(answer.stopReason).toBe('end_turn')
  expect(agent.asked).toHaveLength(1)
  expect(agent.asked[0]).toMatchObject({
    sessionId: id,
    toolCall: { title: 'pwd; echo to-stderr >&2; exit 3', kind: 'execute' },
    options: [
      { kind: 'allow_once' },
      { kind: 'allow_always' },
      { kind: 'reject_once' },
      { kind: 'reject_always' },
    ],
  })
  const call = agent.of('tool_call')[0]
  expect(call).toMatchObject({
    status: 'pending',
    kind: 'execute',
    rawInput: { command: 'pwd; echo to-stderr >&2; exit 3' },
  })
  const changes = agent.of('tool_call_update')
  expect(changes[0]).toMatchObject({ toolCallId: call?.toolCallId, status: 'in_progress' })
  expect(changes.at(-1)).toMatchObject({ status: 'failed', rawOutput: { exit_code: 3, signal: null } })
  expect(agent.outputOf('pwd; echo to-stderr >&2; exit 3')).toBe(`${cwd}\nto-stderr\n`)
  expect(agent.said).toBe('ran 1 command: 3')
})

test('several commands run in order under a plan', async () => {
  const { agent, cwd, id } = await session()
  await agent.prompt(id, 'make it so\n$ echo one > file\n$ echo two >> file; false')

  expect(readFileSync(join(cwd, 'file'), 'utf8')).toBe('one\ntwo\n')
  expect(agent.said).toBe('You wrote:\nmake it so\nran 2 commands: 0, 1')
  const plans = agent.of('plan').map((plan) => plan.entries.map((entry) => entry.status))
  expect(plans[0]).toEqual(['pending', 'pending'])
  expect(plans).toContainEqual(['completed', 'in_progress'])
  expect(plans.at(-1)).toEqual(['completed', 'completed'])
})

test('output is streamed while the command runs', async () => {
  const { agent, cwd, id } = await session()
  const done = agent.prompt(id, '$ echo begun; while [ ! -e go ]; do sleep 0.05; done; echo ended')
  await agent.until(() => agent.outputOf(agent.asked[0]?.toolCall.title ?? '') === 'begun\n')
  expect(agent.of('tool_call_update').at(-1)?.status).not.toBe('completed')

  writeFileSync(join(cwd, 'go'), '')
  await done
  expect(agent.outputOf(agent.asked[0]?.toolCall.title ?? '')).toBe('begun\nended\n')
})

test('output beyond the limit is cut in the middle, and how much is told', async () => {
  const { agent, id } = await session()
  await agent.prompt(id, "$ echo first; head -c 1000000 /dev/zero | tr '\\0' x; echo; echo last")
  const text = agent.outputOf(agent.asked[0]?.toolCall.title ?? '')
  const [head, tail] = text.split('\n[… 934476 bytes cut …]\n')
  expect([head?.slice(0, 8), tail?.slice(-7)]).toEqual(['first\nxx', 'x\nlast\n'])
  expect([head?.length, tail?.length]).toEqual([32_768, 32_768])
})

test('a refused command does not run, and the next is still asked', async () => {
  const { agent, cwd, id } = await session()
  agent.answer = async ({ toolCall }) => ({
    outcome: 'selected',
    optionId: toolCall.title === 'touch a' ? 'reject_once' : 'allow_once',
  })
  await agent.prompt(id, '$ touch a\n$ touch b')

  expect([existsSync(join(cwd, 'a')), existsSync(join(cwd, 'b'))]).toEqual([false, true])
  expect(agent.outputOf('touch a')).toBe('not allowed')
  expect(agent.said).toBe('ran 1 command: 0; 1 not allowed')
  expect(
    agent
      .of('plan')
      .at(-1)
      ?.entries.map((entry) => entry.status),
  ).toEqual(['pending', 'completed'])
})

test('reject always ends the asking, and holds for the identical command', async () => {
  const { agent, cwd, id } = await session()
  agent.answer = choose('reject_always')
  await agent.prompt(id, '$ touch a\n$ touch b')
  expect(agent.asked.map(({ toolCall }) => toolCall.title)).toEqual(['touch a'])
  expect(agent.said).toBe('ran 0 commands; 1 not allowed; 1 not asked')

  agent.answer = choose('allow_once')
  await agent.prompt(id, '$ touch a\n$ touch b')
  expect(agent.asked.map(({ toolCall }) => toolCall.title)).toEqual(['touch a', 'touch b'])
  expect(existsSync(join(cwd, 'a'))).toBe(false)
})

test('allow always covers the identical command only, survives a resume, and /forget takes it back', async () => {
  const { agent, cwd, id } = await session()
  agent.answer = choose('allow_always')
  await agent.prompt(id, '$ echo x >> log')
  agent.answer = choose('allow_once')
  await agent.prompt(id, '$ echo x >> log\n$ echo x >> log # other')
  expect(agent.asked.map(({ toolCall }) => toolCall.title)).toEqual([
    'echo x >> log',
    'echo x >> log # other',
  ])
  expect(readFileSync(join(cwd, 'log'), 'utf8')).toBe('x\nx\nx\n')

  const next = await start(agent.state)
  await next.agent.request('session/resume', { sessionId: id, cwd })
  await next.prompt(id, '$ echo x >> log')
  expect(next.asked).toHaveLength(0)
  await next.prompt(id, '/forget\n$ echo x >> log')
  expect(next.said).toContain('forgot 1 answer\n')
  expect(next.asked).toHaveLength(1)
})

test('a client that answers permission with an error gets a refusal', async () => {
  const { agent, cwd, id } = await session()
  agent.answer = () => Promise.reject(new Error('no'))
  await agent.prompt(id, '$ touch a')
  expect(existsSync(join(cwd, 'a'))).toBe(false)
  expect(agent.outputOf('touch a')).toBe('not allowed')
})

test('lines of embedded files and links are never run', async () => {
  const { agent, cwd, id } = await session()
  await agent.prompt(
    id,
    { type: 'resource', resource: { uri: 'file:///x', text: '$ touch a' } },
    { type: 'resource_link', uri: '$ touch a', name: '$ touch a' },
  )
  expect(agent.asked).toHaveLength(0)
  expect(existsSync(join(cwd, 'a'))).toBe(false)
})

test('a prompt without commands is repeated in chunks, with a hint', async () => {
  const { agent, id } = await session()
  const text = 'word '.repeat(60).trim()
  const answer = await agent.prompt(id, text)
  expect(agent.said).toContain(`You wrote:\n${text}\nLines that begin with "$ "`)
  expect(agent.of('agent_message_chunk').length).toBeGreaterThan(4)
  expect(answer.usage?.inputTokens).toBe(60)
  expect(agent.of('usage_update').at(-1)?.used).toBe(answer.usage?.totalTokens)
})

test('a shell that a signal ends reports the signal', async () => {
  const { agent, id } = await session()
  await agent.prompt(id, '$ kill -KILL $$')
  expect(agent.of('tool_call_update').at(-1)).toMatchObject({
    status: 'failed',
    rawOutput: { exit_code: null, signal: 'SIGKILL' },
  })
  expect(agent.said).toBe('ran 1 command: SIGKILL')
})

test('a command in a directory that is gone fails and the agent goes on', async () => {
  const { agent, cwd, id } = await session()
  await agent.prompt(id, '$ rmdir "$PWD"')
  await agent.prompt(id, '$ echo x')
  expect(agent.outputOf('echo x')).toMatch(/^could not start: /)
  mkdirSync(cwd)
  await agent.prompt(id, '$ echo y')
  expect(agent.outputOf('echo y')).toBe('y\n')
})

test('a background process does not hold the command up, and ends with the agent', async () => {
  const { agent, id } = await session()
  await agent.prompt(id, '$ setsid sleep 1000 & echo $!')
  expect(agent.said).toBe('ran 1 command: 0')
  const pid = Number(agent.outputOf('setsid sleep 1000 & echo $!'))
  expect(isAlive(pid)).toBe(true)
  expect(await agent.end()).toEqual([0, null])
  expect(isAlive(pid)).toBe(false)
})

test('standard output carries JSON-RPC and nothing else', async () => {
  const { agent, id } = await session()
  await agent.prompt(id, '$ echo {broken; echo not json >&2')
  await agent.end()
  for (const line of Buffer.concat(agent.stdout).toString().trim().split('\n')) {
    expect(JSON.parse(line)).toMatchObject({ jsonrpc: '2.0' })
  }
})
