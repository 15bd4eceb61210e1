import { randomUUID } from 'node:crypto'
import { tmpdir } from 'node:os'
import { endTree, identify, isAlive, treeMembers } from '@yardmaster/processes'
import { runCommand } from '../src/command.js'

const run = (command: string, timeout = 0) => {
  const output: Buffer[] = []
  const end = runCommand({
    command,
    shell: 'sh',
    cwd: tmpdir(),
    timeout,
    signal: new AbortController().signal,
    onOutput: (chunk) => output.push(chunk),
  })
  return end.then((ended) => ({ ...ended, output: Buffer.concat(output).toString() }))
}

test('a command that takes too long ends with its tree', async () => {
  // A mark of the test's own finds what it started: the shell may have had no time to say.
  const marker = { PROCESSES_TEST: randomUUID() }
  Object.assign(process.env, marker)
  const end = await run('setsid sleep 1000 & wait', 100)
  delete process.env.PROCESSES_TEST
  expect(end).toMatchObject({ stopped: 'timed out', signal: 'SIGTERM', survivors: [], left: null })
  expect(treeMembers({ marker, leader: null, cwd: null })).toEqual([])
})

test('what a command leaves in its group is known, also without a mark', async () => {
  const { left, output } = await run('env -i sleep 1000 & echo $!')
  const pid = Number(output)
  expect(left?.known).toMatchObject([{ pid }])
  expect(await endTree(left!.tree, { known: left!.known })).toEqual([])
  expect(isAlive(identify(pid))).toBe(false)
})

test('output of a large command is read to its end before the command counts as ended', async () => {
  const end = await run('head -c 5000000 /dev/zero | tr "\\0" x; echo end')
  expect([end.output.length, end.output.slice(-4)]).toEqual([5_000_004, 'end\n'])
})

test('a shell that does not exist is an error', async () => {
  const { signal } = new AbortController()
  const command = {
    command: 'true',
    shell: 'no-such-shell',
    cwd: '/',
    timeout: 0,
    signal,
    onOutput: () => {},
  }
  await expect(runCommand(command)).rejects.toThrow(/no-such-shell/)
})
