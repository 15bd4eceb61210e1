import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(__dirname, '../../..')
const page = readFileSync(join(root, 'context/rbac.md'), 'utf8')
const [, list = ''] = page.split('\n## Attacks\n')
const attacks = list
  .split('\n## ')[0]!
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| ---'))
  .slice(1)
  .map((line) => line.split(' | ').map((cell) => cell.replace(/^\| | \|$/g, '').trim()))

/** The title as the source has it, in any kind of quotes. */
const source = (title: string): string[] => [title, title.replaceAll("'", "\\'")]

test('lists attacks', () => {
  expect(attacks.length).toBeGreaterThan(20)
})

test.each(attacks)('%s', (_attack, stop, test) => {
  expect(stop).toBeTruthy()
  const [, file, title] = /^`([^`]+)`: (.+)$/.exec(test ?? '') ?? []
  const path = file?.startsWith('/') ? file : `apps/daemon/test/${file}`
  const code = readFileSync(join(root, `${path}.test.ts`), 'utf8')
  const titled = source(title as string).some((text) =>
    ["'", '"', '`'].some((quote) => code.includes(quote + text + quote)),
  )
  expect([title, titled]).toEqual([title, true])
})
