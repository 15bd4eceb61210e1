import type { Command } from 'commander'
import { main } from '../src/main.js'
import { makeProgram } from '../src/program.js'

let stdout: string
let stderr: string
beforeEach(() => {
  stdout = ''
  stderr = ''
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    stdout += text
    return true
  })
  jest.spyOn(process.stderr, 'write').mockImplementation((text) => {
    stderr += text
    return true
  })
})
afterEach(() => jest.restoreAllMocks())

test.each([
  ['an unknown command', ['sesion']],
  ['an unknown option', ['session', 'ls', '--nope']],
  ['a missing argument', ['session', 'prompt']],
  ['a missing option', ['session', 'new', 'fix-cart']],
  ['a word that is not of the list', ['grant', 'add', 'ada', 'admin', '--repo', 'shop']],
  ['an option that is not name=value', ['session', 'new', 'w', '--harness', 'shell', '--config', 'x']],
  ['two places at once', ['grant', 'add', 'ada', 'view']],
  ['a time that is none', ['audit', '--from', 'yesterday-ish']],
  ['a row that is no id', ['audit', '--row', 'fix-cart']],
  ['an empty prompt', ['session', 'prompt', '0192f0c1', ' ']],
  ['a link that is none', ['login', 'http://127.0.0.1:3030/']],
  ['a group without a command', ['session']],
])('%s is a usage error: exit code 2, said on stderr', async (_name, args) => {
  expect(await main(args)).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).not.toBe('')
})

test('help and version are no errors', async () => {
  expect(await main(['--help'])).toBe(0)
  expect(await main(['session', 'new', '--help'])).toBe(0)
  expect(await main(['--version'])).toBe(0)
  expect(stderr).toBe('')
  expect(stdout).toMatch(/0\.\d+\.\d+\n$/)
})

test('every command ends its help with examples, and the top help stands in groups', async () => {
  const leaves = (command: Command): Command[] =>
    command.commands.length > 0 ? command.commands.flatMap(leaves) : [command]
  const pathOf = (command: Command): string[] =>
    command.parent ? [...pathOf(command.parent as Command), command.name()] : []
  const commands = leaves(makeProgram(() => undefined))
  expect(commands.length).toBeGreaterThan(20)
  for (const command of commands) {
    stdout = ''
    const path = pathOf(command)
    expect(await main([...path, '--help'])).toBe(0)
    expect([path.join(' '), stdout]).toEqual([path.join(' '), expect.stringContaining('\nExamples:\n  ')])
  }
  stdout = ''
  await main(['--help'])
  const groups = ['The daemon:', 'Signing in:', 'Work:', 'People:']
  expect(groups.map((group) => stdout.indexOf(`\n${group}\n`)).every((at) => at > 0)).toBe(true)
})

describe('where no daemon is', () => {
  const env = { ...process.env }
  beforeEach(() => {
    process.env.YARDMASTER_URL = 'http://127.0.0.1:9'
    process.env.YARDMASTER_TOKEN = 'a-token-that-is-a-secret'
  })
  afterEach(() => {
    process.env = { ...env }
  })

  test.each([
    ['a list', ['repo', 'ls']],
    ['a sign-in', ['login', 'http://127.0.0.1:9/app/#token=x']],
    ['a transcript', ['session', 'tail', '0192f0c1-3a2b-7000-8000-000000000001']],
  ])('%s says so, and how to start it', async (_name, args) => {
    expect(await main(args)).toBe(1)
    expect(stdout).toBe('')
    expect(stderr).toMatch(/^error: No daemon answers at http:\/\/127\.0\.0\.1:9\. .*`yardmaster start`.*\n$/)
    expect(stderr).not.toContain('a-token')
  })

  test('without a sign-in it says how to get one', async () => {
    process.env.YARDMASTER_TOKEN = ''
    process.env.XDG_CONFIG_HOME = '/nonexistent'
    expect(await main(['repo', 'ls'])).toBe(1)
    expect(stderr).toContain('You are not signed in at http://127.0.0.1:9')
  })
})
