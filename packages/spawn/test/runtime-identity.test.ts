import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runtimeIdentity } from '../src/index.js'

describe('the identity of a runtime', () => {
  let above: string
  let home: string

  beforeEach(async () => {
    above = await mkdtemp(join(tmpdir(), 'yardmaster-identity-'))
    home = join(above, 'home')
  })
  afterEach(() => rm(above, { recursive: true, force: true }))

  it('is made once and kept, for its owner alone', async () => {
    const made = await runtimeIdentity(home)
    expect(made.id).toMatch(/^[0-9a-f-]{36}$/)
    expect(await runtimeIdentity(home)).toEqual(made)
    expect(JSON.parse(await readFile(join(home, 'runtime.json'), 'utf8'))).toEqual(made)
    expect((await stat(join(home, 'runtime.json'))).mode & 0o777).toBe(0o600)
    expect((await stat(home)).mode & 0o777).toBe(0o700)
  })

  it('is never made up anew over a file that is broken', async () => {
    await runtimeIdentity(home)
    const file = join(home, 'runtime.json')
    await writeFile(file, '{"id": "somewhere"}')
    await expect(runtimeIdentity(home)).rejects.toThrow(file)
    expect(await readFile(file, 'utf8')).toBe('{"id": "somewhere"}')
  })
})
