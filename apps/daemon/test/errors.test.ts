import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as feathersErrors from '@feathersjs/errors'
import { type ErrorCode, errorTable, YardmasterError } from '@yardmaster/protocol'
import { answer, codeFailure } from '../src/errors/answer'

const root = join(__dirname, '../../..')
const table = Object.keys(errorTable) as ErrorCode[]

/** What the daemon's side is made of. What executors and the command line throw stays with them. */
const sources = [
  'apps/daemon',
  ...['protocol', 'store', 'runtime', 'git', 'proxy', 'policy'].map((name) => `packages/${name}`),
]
  .flatMap((part) =>
    readdirSync(join(root, part, 'src'), { recursive: true }).map((file) =>
      join(root, part, 'src', String(file)),
    ),
  )
  .filter((file) => file.endsWith('.ts') && !file.endsWith('protocol/src/errors.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')

const thrown = (kind: string): string[] => [
  ...new Set(
    [...sources.matchAll(new RegExp(`new ${kind}\\(\\s*'([A-Z_]+)'`, 'g'))].map(([, code]) => code as string),
  ),
]

test('every code that is thrown stands in the table', () => {
  const codes = [...thrown('YardmasterError'), ...thrown('GitError')]
  expect(codes.length).toBeGreaterThan(30)
  expect(codes.filter((code) => !table.includes(code as ErrorCode))).toEqual([])
})

test('every code of the table is thrown somewhere', () => {
  expect(table.filter((code) => !new RegExp(`'${code}'`).test(sources))).toEqual([])
})

test("every code that git's package can throw stands in the table", () => {
  const union = readFileSync(join(root, 'packages/git/src/errors.ts'), 'utf8').split('\n\n')[0]!
  const codes = [...union.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code as string)
  expect(codes.length).toBeGreaterThan(10)
  expect(codes.filter((code) => !table.includes(code as ErrorCode))).toEqual([])
})

/** By status, what Feathers calls it; it has no name for a body that is too large. */
const named: Record<number, { name: string; className: string }> = Object.fromEntries(
  Object.values(feathersErrors)
    .filter((kind) => typeof kind === 'function' && kind.prototype instanceof feathersErrors.FeathersError)
    .map((kind) => new (kind as typeof feathersErrors.BadRequest)())
    .map(({ code, name, className }) => [code, { name, className }]),
)
named[413] = { name: 'PayloadTooLarge', className: 'payload-too-large' }

test.each(table)("%s leaves in Feathers' form", (code) => {
  const { status, message } = errorTable[code]
  const sent = answer(new YardmasterError(code)).toJSON()
  expect(sent).toEqual({ ...named[status], code: status, message, data: { code } })
})

test('messages say what to do: whole sentences, none twice', () => {
  const messages = table.map((code) => errorTable[code].message)
  expect(new Set(messages).size).toBe(messages.length)
  expect(messages.filter((message) => !/^([A-Z]|git ).*\.$/.test(message))).toEqual([])
})

test('what has no code is told to the log and to nobody else', () => {
  const told: unknown[] = []
  const odd = Object.assign(new Error('select * from users'), { stack: 'at /somewhere.ts:1' })
  const sent = answer(codeFailure(odd, (error) => told.push(error))).toJSON()
  expect(told).toEqual([odd])
  expect(sent).toEqual({
    name: 'GeneralError',
    className: 'general-error',
    code: 500,
    message: errorTable.INTERNAL.message,
    data: { code: 'INTERNAL' },
  })
})

test('context/errors.md lists the codes, each with its status, and no other', () => {
  const page = readFileSync(join(root, 'context/errors.md'), 'utf8')
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` +\| (\d{3}) +\| .+ \| .+ \|$/gm)].map(
    ([, code, status]) => [code, Number(status)],
  )
  expect(rows).toEqual(table.map((code) => [code, errorTable[code].status]))
})
