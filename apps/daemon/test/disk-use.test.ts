import { link, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diskUse } from '../src/services/worktrees/disk-use'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'yardmaster-disk-'))
})
afterEach(() => rm(directory, { recursive: true }))

test('counts what is below a directory once, and nothing that a link leads to', async () => {
  const empty = (await diskUse(directory)).bytes
  await mkdir(join(directory, 'deep/er'), { recursive: true })
  await writeFile(join(directory, 'deep/er/large'), Buffer.alloc(300_000, 1))
  await link(join(directory, 'deep/er/large'), join(directory, 'again'))
  await symlink('/usr', join(directory, 'elsewhere'))
  await symlink('.', join(directory, 'deep/round'))
  const { bytes, ...rest } = await diskUse(directory)
  expect(rest).toEqual({ files: 3, complete: true })
  expect(bytes - empty).toBeGreaterThanOrEqual(300_000)
  expect(bytes - empty).toBeLessThan(400_000)
})

test('ends where there is too much, and says so', async () => {
  for (let n = 0; n < 5; n += 1) await writeFile(join(directory, `${n}`), 'x')
  expect(await diskUse(directory, { entries: 3, milliseconds: 60_000 })).toMatchObject({
    files: 3,
    complete: false,
  })
  expect(await diskUse(directory, { entries: 9, milliseconds: 0 })).toMatchObject({ complete: false })
  await expect(diskUse(join(directory, 'gone'))).rejects.toMatchObject({ code: 'ENOENT' })
})
