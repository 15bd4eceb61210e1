import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SpooledEnding } from '@yardmaster/protocol'
import { Daemon } from '../src/agent/daemon.js'
import { Spool } from '../src/index.js'
import { type Call, RecordingDaemon, refusal } from './support/recording-daemon.js'

describe('the spool', () => {
  let directory: string
  let daemon: RecordingDaemon
  let lines: string[]
  let spool: Spool

  beforeEach(async () => {
    directory = join(await mkdtemp(join(tmpdir(), 'yardmaster-spool-')), 'spool')
    daemon = await RecordingDaemon.start()
    lines = []
    const closed = new AbortController().signal
    const calls = new Daemon(daemon.url, () => 'runtime-token', randomUUID(), randomUUID(), closed)
    spool = new Spool(
      directory,
      (ending) => calls.end(ending),
      (line) => lines.push(line),
    )
    await spool.open()
  })
  afterEach(async () => {
    await daemon.close()
    await rm(join(directory, '..'), { recursive: true, force: true })
  })

  const write = async (attempt = 1): Promise<SpooledEnding> => {
    const ending = { task_id: randomUUID(), attempt, patch: { status: 'completed' } }
    await spool.write(ending)
    return ending
  }
  const waiting = async () => (await readdir(directory)).filter((name) => name !== 'refused')
  const refused = () => readdir(join(directory, 'refused'))

  it('writes an entry that its owner alone can read, in a directory that its owner alone can enter', async () => {
    const ending = await write()
    expect((await stat(spool.fileOf(ending))).mode & 0o777).toBe(0o600)
    expect((await stat(directory)).mode & 0o777).toBe(0o700)
    expect(await waiting()).toEqual([`${ending.task_id}.1.json`])
  })

  it('sends an entry with its attempt and the token of the runtime, then deletes it', async () => {
    const ending = await write(3)
    expect(await spool.replay()).toBeNull()
    const [call] = daemon.endings() as [Call]
    expect(call).toMatchObject({
      path: `/tasks/${ending.task_id}`,
      token: 'Bearer runtime-token',
      body: { status: 'completed', attempt: 3 },
    })
    expect(await waiting()).toEqual([])
    expect(await refused()).toEqual([])
  })

  it.each(['FENCED', 'TASK_TERMINAL', 'NOT_FOUND', 'INVALID', 'FORBIDDEN'] as const)(
    'puts an entry answered %s aside, and says so',
    async (code) => {
      daemon.decide = () => refusal(code)
      const ending = await write()
      expect(await spool.replay()).toBeNull()
      expect(await waiting()).toEqual([])
      expect(await refused()).toEqual([`${ending.task_id}.1.json`])
      expect(lines).toEqual([expect.stringContaining(code)])
    },
  )

  it.each([
    ['401', refusal('NOT_AUTHENTICATED')],
    ['500', refusal('INTERNAL')],
    ['503', refusal('UNAVAILABLE')],
    ['408', { status: 408, body: { name: 'Timeout', code: 408, className: 'timeout' } }],
    ['429', { status: 429, body: { name: 'TooManyRequests', code: 429, className: 'too-many-requests' } }],
    ['404 from somebody who is no daemon', { status: 404, body: {} }],
    ['nothing at all', 'cut' as const],
  ])('keeps an entry answered %s and tells why', async (_, answer) => {
    daemon.decide = () => answer
    await write()
    expect(await spool.replay()).not.toBeNull()
    expect(await waiting()).toHaveLength(1)
    daemon.decide = () => null
    expect(await spool.replay()).toBeNull()
    expect(await waiting()).toEqual([])
  })

  it('is not held up by one entry, whatever becomes of it', async () => {
    const entries = [await write(), await write(), await write()]
    const names = entries.map(({ task_id }) => task_id).sort()
    daemon.decide = ({ path }) =>
      path.endsWith(names[0]!) ? refusal('FENCED') : path.endsWith(names[1]!) ? refusal('INTERNAL') : null
    await spool.replay()
    expect(daemon.endings()).toHaveLength(3)
    expect(await waiting()).toEqual([`${names[1]}.1.json`])
    expect(await refused()).toEqual([`${names[0]}.1.json`])
  })

  it.each([
    ['broken JSON', '{"task_id":'],
    ['the ending of another run', JSON.stringify({ task_id: randomUUID(), attempt: 1, patch: {} })],
    ['no patch', JSON.stringify({ attempt: 1 })],
  ])('puts a file with %s aside without sending it', async (_, text) => {
    const name = `${randomUUID()}.1.json`
    await writeFile(join(directory, name), text)
    await write()
    expect(await spool.replay()).toBeNull()
    expect(daemon.endings()).toHaveLength(1)
    expect(await refused()).toEqual([name])
  })

  it('leaves alone the entries that somebody else sends, and files that are still being written', async () => {
    const theirs = await write()
    await writeFile(join(directory, `${randomUUID()}.1.json.tmp`), '{')
    expect(await spool.replay(({ task_id }) => task_id === theirs.task_id)).toBeNull()
    expect(daemon.calls).toEqual([])
    expect(spool.waiting()).toEqual([{ task_id: theirs.task_id, attempt: 1 }])
  })
})
