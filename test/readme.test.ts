import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseSettings } from '@yardmaster/protocol'

const root = join(__dirname, '..')
const userHome = '/home/ada'

/** The rows of the settings table: name and default, null where that is empty. */
async function settingsTable(): Promise<Map<string, string | null>> {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const section = readme.split('\n## ').find((text) => text.startsWith('Settings\n')) ?? ''
  const rows = [...section.matchAll(/^\| `([A-Z_]+)` +\| (?:`([^`]+)`)? *\|/gm)]
  return new Map(rows.map(([, name, value]) => [name as string, value ?? null]))
}

/** Every name that the parser reads or lets pass. */
async function namesInParser(): Promise<string[]> {
  const source = await readFile(join(root, 'packages/protocol/src/settings.ts'), 'utf8')
  const names = [...source.matchAll(/'((?:YARDMASTER|DATABASE|REDIS)_[A-Z_]*[A-Z])'/g)].map(
    ([, name]) => name,
  )
  return [...new Set(names as string[])]
}

test('the table of settings names those that are read, and no other', async () => {
  expect([...(await settingsTable()).keys()].sort()).toEqual((await namesInParser()).sort())
})

test('every default in the table is what an unset setting means', async () => {
  const unset = parseSettings({}, userHome)
  for (const [name, value] of await settingsTable()) {
    if (value === null) continue
    const told = value.replace('~', userHome)
    const from = { ...unset.from, [name]: 'environment' }
    expect([name, parseSettings({ [name]: told }, userHome)]).toEqual([name, { ...unset, from }])
  }
})

test('a setting without a default in the table is null when unset', async () => {
  const table = await settingsTable()
  const withDefault = [...table.values()].filter((value) => value !== null).length
  const { from: _from, ...values } = parseSettings({}, userHome)
  const numbersAndPlaces = Object.values(values).filter((value) => value !== null)
  expect(numbersAndPlaces).toHaveLength(withDefault)
})

test('the commands of the README are scripts of the package', async () => {
  const readme = await readFile(join(root, 'README.md'), 'utf8')
  const { scripts } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const named = [...readme.matchAll(/npm (?:run )?((?!ci\b|install\b|run\b)[a-z:]+)/g)].map(
    ([, name]) => name,
  )
  expect(Object.keys(scripts)).toEqual(expect.arrayContaining(named))
  expect(named).toEqual(expect.arrayContaining(['start', 'test', 'demo']))
})

test('the links of the pages lead somewhere', async () => {
  const pages = ['README.md', 'CONTRIBUTING.md', 'context/README.md']
  for (const page of pages) {
    const text = await readFile(join(root, page), 'utf8')
    for (const [, target] of text.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) {
      if (/^https?:/.test(target as string)) continue
      await readFile(join(root, page, '..', target as string), 'utf8')
    }
  }
})
