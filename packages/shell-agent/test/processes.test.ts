import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { runCommand } from '../src/command.js'
import { parsePs, parseStat, processes } from '../src/process-table.js'

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
  const end = await run('setsid sleep 1000 & echo $!; wait', 100)
  expect(end).toMatchObject({ stopped: 'timed out', signal: 'SIGTERM', survivors: [], left: null })
  const pid = Number(end.output)
  expect(pid).toBeGreaterThan(1)
  expect(processes().some((process) => process.pid === pid)).toBe(false)
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

test('the table has this process and its child', async () => {
  const child = spawn('sleep', ['1000'], { detached: true })
  await once(child, 'spawn')
  const entry = processes().find((process) => process.pid === child.pid)
  expect(entry).toMatchObject({ parent: process.pid, group: child.pid })
  child.kill('SIGKILL')
  await once(child, 'exit')
})

test('a stat line is read whatever the name of the program holds', () => {
  const rest = Array.from({ length: 49 }, (_, at) => (at === 18 ? '777' : String(at))).join(' ')
  expect(parseStat(`42 (a) R 1 2) S ${rest}`)).toEqual({ pid: 42, parent: 0, group: 1, started: '777' })
  expect(parseStat(`42 (a) Z ${rest}`)).toBeNull()
  expect(parseStat('')).toBeNull()
})

test('ps output is read, zombies left out', () => {
  const output = [
    '    1     0     1 Ss   Mon Mar  2 09:00:00 2026',
    '  501     1   501 S+   Mon Mar  2 09:01:00 2026    ',
    '  502   501   501 Z+   Mon Mar  2 09:02:00 2026',
    '',
  ].join('\n')
  expect(parsePs(output)).toEqual([
    { pid: 1, parent: 0, group: 1, started: 'Mon Mar  2 09:00:00 2026' },
    { pid: 501, parent: 1, group: 501, started: 'Mon Mar  2 09:01:00 2026' },
  ])
})
