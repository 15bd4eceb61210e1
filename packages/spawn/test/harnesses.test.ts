import { randomUUID } from 'node:crypto'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive, treeMembers } from '@yardmaster/processes'
import { cleanEnvironment, findHarnesses, HarnessFileError, probe } from '../src/index.js'
import { fixture, pidsIn } from './support/processes.js'

const shellAgent = join(__dirname, '..', '..', 'shell-agent', 'dist', 'index.js')

describe('the harness catalogue', () => {
  let home: string
  let bin: string

  beforeEach(async () => {
    home = await mkdtemp(join(tmpdir(), 'yardmaster-harness-'))
    bin = join(home, 'bin')
    await mkdir(bin)
  })
  afterEach(() => rm(home, { recursive: true, force: true }))

  const find = (path = bin) => findHarnesses({ home, path, shell_agent_path: shellAgent })
  const install = async (name: string, script = '#!/bin/sh\n', mode = 0o755) => {
    await writeFile(join(bin, name), script)
    await chmod(join(bin, name), mode)
  }
  const tell = (file: unknown) =>
    writeFile(join(home, 'harnesses.json'), typeof file === 'string' ? file : JSON.stringify(file))

  it('lists what is built in, and how to get what is not there', async () => {
    const harnesses = (await find()).list()
    expect(harnesses.map(({ id }) => id)).toEqual(['shell', 'opencode', 'claude', 'codex', 'gemini'])
    expect(harnesses.find(({ id }) => id === 'codex')).toEqual({
      id: 'codex',
      name: 'Codex',
      version: null,
      capabilities: {},
      problem: 'not installed: `npm install -g @agentclientprotocol/codex-acp`',
    })
  })

  it('takes the first program found on PATH, by its absolute path', async () => {
    await install('claude-code-acp')
    expect((await find()).get('claude')?.command?.command).toBe(join(bin, 'claude-code-acp'))
    await install('claude-agent-acp')
    const catalogue = await find(`relative:/nowhere:${bin}`)
    expect(catalogue.get('claude')?.command?.command).toBe(join(bin, 'claude-agent-acp'))
    await install('gemini')
    expect((await find()).get('gemini')?.command).toEqual({
      command: join(bin, 'gemini'),
      args: ['--acp'],
      env: {},
      login: ['.gemini/oauth_creds.json'],
    })
  })

  it('takes no directory and no file that cannot be run for a program', async () => {
    await mkdir(join(bin, 'opencode'))
    await install('codex-acp', '', 0o644)
    const catalogue = await find()
    expect(catalogue.get('opencode')?.command).toBeNull()
    expect(catalogue.get('codex')?.command).toBeNull()
  })

  it('is extended and overridden by harnesses.json, field by field', async () => {
    await install('my-opencode')
    await tell({
      opencode: { command: 'my-opencode', env: { KEY: 'value' } },
      mine: { command: process.execPath, args: ['x.js'], name: 'My own' },
      lost: { command: 'no-such-program' },
    })
    const catalogue = await find()
    expect(catalogue.get('opencode')).toMatchObject({
      name: 'OpenCode',
      command: { command: join(bin, 'my-opencode'), args: ['acp'], env: { KEY: 'value' } },
    })
    expect(catalogue.get('mine')).toMatchObject({
      name: 'My own',
      problem: null,
      command: { command: process.execPath, args: ['x.js'], env: {} },
    })
    expect(catalogue.get('lost')?.problem).toMatch(/^not installed: check "command" of "lost"/)
  })

  it.each([
    ['{"opencode": ', 'is not JSON'],
    ['[]', 'must be an object'],
    [{ mine: {} }, '"mine" has no "command"'],
    [{ mine: 'node' }, '"mine" must be an object'],
    [{ mine: { command: './x' } }, '"mine" has a "command"'],
    [{ mine: { command: 'x', args: 'y' } }, '"mine" has "args"'],
    [{ mine: { command: 'x', env: { A: 1 } } }, '"mine" has an "env"'],
    [{ mine: { command: 'x', cwd: '/' } }, '"mine" has a field "cwd"'],
    [{ mine: { command: 'x', login: ['/etc/login'] } }, '"mine" has a "login"'],
    [{ mine: { command: 'x', login: ['a/../../login'] } }, '"mine" has a "login"'],
    [{ '../mine': { command: 'x' } }, '"../mine" is no id'],
  ])('refuses a broken harnesses.json, naming it and what is wrong: %j', async (file, what) => {
    await tell(file)
    const error = await find().catch((thrown: unknown) => thrown)
    expect(error).toBeInstanceOf(HarnessFileError)
    expect((error as Error).message).toContain(`${join(home, 'harnesses.json')}: ${what}`)
  })

  it('gives harnesses an environment without what is Yardmaster’s', () => {
    const env = {
      HOME: '/home/me',
      ANTHROPIC_API_KEY: 'theirs',
      YARDMASTER_TOKEN: 'x',
      DATABASE_URL: 'x',
      DATABASE_OWNER_URL: 'x',
      REDIS_URL: 'x',
    }
    expect(cleanEnvironment(env)).toEqual({ HOME: '/home/me', ANTHROPIC_API_KEY: 'theirs' })
  })

  describe('when it is probed', () => {
    const probed = async (timeout = 20_000) => {
      const catalogue = await find()
      const updates: string[] = []
      await probe(catalogue, (id) => updates.push(id), { timeout, env: { ...process.env, REDIS_URL: 'x' } })
      return { catalogue, updates, mine: catalogue.get('mine') }
    }
    const script = (text: string) => ({ mine: { command: '/bin/sh', args: ['-c', text] } })

    it('learns version and capabilities of the shell agent', async () => {
      const { catalogue, updates } = await probed()
      expect(catalogue.get('shell')).toMatchObject({
        version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
        capabilities: { loadSession: true, sessionCapabilities: { resume: {} } },
        problem: null,
      })
      expect(updates).toEqual(['shell'])
      expect(catalogue.get('codex')?.problem).toMatch(/^not installed/)
    })

    it('reads past what a harness prints before it answers', async () => {
      await tell({ mine: { command: process.execPath, args: [fixture('greeter.mjs'), '1'] } })
      const { mine } = await probed()
      expect(mine).toMatchObject({ version: '9.9.9', capabilities: { loadSession: true }, problem: null })
    })

    it('tells of one that speaks another version', async () => {
      await tell({ mine: { command: process.execPath, args: [fixture('greeter.mjs'), '7'] } })
      expect((await probed()).mine?.problem).toBe('speaks version 7 of ACP, Yardmaster version 1')
    })

    it('tells of one that hangs, and ends it with all its processes', async () => {
      const marker = { HARNESSES_TEST: randomUUID() }
      await tell({ mine: { ...script('setsid sleep 600 & sleep 600').mine, env: marker } })
      const { mine } = await probed(1_000)
      expect(mine?.problem).toBe('did not answer to ACP initialize within 1 s')
      expect(treeMembers({ marker, leader: null, cwd: null })).toEqual([])
    })

    it('tells of one that prints garbage without end', async () => {
      await tell(script('yes nonsense'))
      expect((await probed()).mine?.problem).toBe('does not speak ACP: it prints "nonsense"')
    })

    it('tells of one that ends at once, with its last complaint', async () => {
      await tell(script('echo first >&2; echo "no key given" >&2; exit 3'))
      expect((await probed()).mine?.problem).toBe(
        'ended with code 3 instead of answering to ACP initialize: "no key given"',
      )
    })

    it('tells of one that cannot be started', async () => {
      await install('broken', '#!/no/such/interpreter\n')
      await tell({ mine: { command: 'broken' } })
      expect((await probed()).mine?.problem).toMatch(/^cannot be started: .*ENOENT/)
    })

    it('ends with its processes when it is given up', async () => {
      const pids = join(home, 'pids')
      await tell(script(`echo $$ >> ${pids}; sleep 600`))
      const catalogue = await find()
      const closing = new AbortController()
      const probing = probe(catalogue, () => {}, { signal: closing.signal })
      const [harness] = await pidsIn(pids, 1)
      closing.abort()
      await probing
      expect(isAlive(harness!)).toBe(false)
      expect(catalogue.get('mine')?.problem).toBeNull()
    })
  })
})
