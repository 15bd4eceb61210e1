import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'

const root = join(__dirname, '..')

/** The table of context/architecture.md: part → what it may import. */
async function allowed(): Promise<Record<string, string[]>> {
  const page = await readFile(join(root, 'context/architecture.md'), 'utf8')
  const table = page.split('\n## ').find((text) => text.startsWith('Who imports whom')) ?? ''
  const rows = [...table.matchAll(/^\| (`.+`) +\| (.+?) +\|$/gm)]
  const names = (cell = '') => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, name]) => name as string)
  return Object.fromEntries(
    rows.flatMap(([, parts, targets]) => names(parts).map((part) => [part, names(targets).sort()])),
  )
}

async function imported(directory: string): Promise<string[]> {
  const files = await readdir(join(directory, 'src'), { recursive: true })
  const sources = files
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFile(join(directory, 'src', file), 'utf8'))
  const found = (await Promise.all(sources)).flatMap((text) =>
    [...text.matchAll(/(?:from|import)\s*\(?\s*'@yardmaster\/([a-z-]+)/g)].map(([, name]) => name as string),
  )
  return [...new Set(found)].sort()
}

test('each part imports only what the architecture page lets it', async () => {
  const table = await allowed()
  const parts = (await Promise.all(['packages', 'apps'].map((group) => readdir(join(root, group))))).flat()
  expect(Object.keys(table).sort()).toEqual(parts.sort())
  for (const group of ['packages', 'apps'])
    for (const part of await readdir(join(root, group))) {
      const beyond = (await imported(join(root, group, part))).filter((name) => !table[part]?.includes(name))
      expect([part, beyond]).toEqual([part, []])
    }
})

test('protocol and policy do no input or output', async () => {
  for (const part of ['protocol', 'policy']) {
    const directory = join(root, 'packages', part, 'src')
    for (const file of (await readdir(directory, { recursive: true })).filter((name) => name.endsWith('.ts')))
      expect([file, await readFile(join(directory, file), 'utf8')]).toEqual([
        file,
        expect.not.stringMatching(/from '(node:|fs|net|http|pg|knex)/),
      ])
  }
})
