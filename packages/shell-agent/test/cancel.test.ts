import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type AgentProcess, isAlive, withAgents } from './agent-process.js'

const { directory, start } = withAgents()

async function session() {
  const cwd = directory()
  const agent = await start(directory())
  return { agent, cwd, id: await agent.newSession(cwd) }
}

// A shell that ignores TERM, a child in its group, a grandchild in a session of its own, one whose
// parent has ended, and one without the environment. Each writes its pid.
const family = [
  "trap '' TERM",
  'sleep 1000 & echo $! >> pids',
  "setsid sh -c 'echo $$ >> pids; exec sleep 1000' &",
  'sh -c "setsid sh -c \'echo \\$\\$ >> pids; exec sleep 1000\' &"',
  "setsid env -i /bin/sh -c 'echo $$ >> pids; exec sleep 1000' &",
  'echo $$ >> pids',
  'while [ $(wc -l < pids) -lt 5 ]; do sleep 0.02; done',
  'echo ready',
  'while :; do sleep 1000; done',
].join('\n')

async function startFamily(agent: AgentProcess, cwd: string, id: string) {
  writeFileSync(join(cwd, 'family.sh'), family)
  const done = agent.prompt(id, '$ sh family.sh\n$ touch never')
  await agent.until(() => agent.outputOf('sh family.sh').includes('ready'))
  const pids = readFileSync(join(cwd, 'pids'), 'utf8').trim().split('\n').map(Number)
  expect(pids).toHaveLength(5)
  expect(pids.filter(isAlive)).toEqual(pids)
  return { done, pids }
}

function expectGone(pids: number[]) {
  expect(pids.filter(isAlive)).toEqual([])
}

test('cancel ends the whole tree before the prompt is answered', async () => {
  const { agent, cwd, id } = await session()
  const { done, pids } = await startFamily(agent, cwd, id)
  await agent.agent.notify('session/cancel', { sessionId: id })

  expect((await done).stopReason).toBe('cancelled')
  expectGone(pids)
  expect(existsSync(join(cwd, 'never'))).toBe(false)
  expect(agent.of('tool_call_update').at(-1)).toMatchObject({ status: 'failed' })
  expect(agent.outputOf('sh family.sh')).toBe('ready\n\ncancelled')
})

test('the session goes on after a cancel', async () => {
  const { agent, id } = await session()
  const done = agent.prompt(id, '$ sleep 1000')
  await agent.until(() => agent.of('tool_call_update').length > 0)
  await agent.agent.notify('session/cancel', { sessionId: id })
  await done
  expect((await agent.prompt(id, '$ echo on')).stopReason).toBe('end_turn')
  expect(agent.outputOf('echo on')).toBe('on\n')
})

test('cancel while permission is waited for answers without the client deciding', async () => {
  const { agent, cwd, id } = await session()
  agent.answer = () => new Promise(() => {})
  const done = agent.prompt(id, '$ touch never')
  await agent.until(() => agent.asked.length > 0)
  await agent.agent.notify('session/cancel', { sessionId: id })

  expect((await done).stopReason).toBe('cancelled')
  expect(agent.of('tool_call_update').at(-1)).toMatchObject({ status: 'failed' })
  expect(existsSync(join(cwd, 'never'))).toBe(false)
})

test('the outcome "cancelled" of a permission request ends the prompt', async () => {
  const { agent, id } = await session()
  agent.answer = async () => ({ outcome: 'cancelled' })
  expect((await agent.prompt(id, '$ true\n$ true')).stopReason).toBe('cancelled')
  expect(agent.asked).toHaveLength(1)
})

test('a cancel right behind the prompt is not lost', async () => {
  const { agent, id } = await session()
  const done = agent.prompt(id, '$ sleep 1000')
  await agent.agent.notify('session/cancel', { sessionId: id })
  expect((await done).stopReason).toBe('cancelled')
})

test('a second prompt while one runs is an error and leaves the first alone', async () => {
  const { agent, cwd, id } = await session()
  const done = agent.prompt(id, '$ while [ ! -e go ]; do sleep 0.05; done')
  await agent.until(() => agent.of('tool_call_update').length > 0)
  await expect(agent.prompt(id, '$ true')).rejects.toMatchObject({ code: -32600 })
  writeFileSync(join(cwd, 'go'), '')
  expect((await done).stopReason).toBe('end_turn')
})

test('closing the session ends its commands', async () => {
  const { agent, cwd, id } = await session()
  const { done, pids } = await startFamily(agent, cwd, id)
  await agent.agent.request('session/close', { sessionId: id })
  expect((await done).stopReason).toBe('cancelled')
  expectGone(pids)
})

test('SIGTERM ends the tree, answers the prompt and exits 0', async () => {
  const { agent, cwd, id } = await session()
  const { done, pids } = await startFamily(agent, cwd, id)
  expect(await agent.end('SIGTERM')).toEqual([0, null])
  expect((await done).stopReason).toBe('cancelled')
  expectGone(pids)
})

test('the end of standard input ends the tree and the agent', async () => {
  const { agent, cwd, id } = await session()
  const { done, pids } = await startFamily(agent, cwd, id)
  done.catch(() => {})
  expect(await agent.end()).toEqual([0, null])
  expectGone(pids)
})
