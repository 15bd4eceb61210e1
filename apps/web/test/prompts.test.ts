import { attachmentLimits } from '@yardmaster/protocol'
import { taken } from '../src/features/attachments/taken.js'
import { choicesIn, choose, chosenOf } from '../src/features/offered/offered.js'
import { askedAt, commandsIn, withChoice } from '../src/features/prompt/suggest.js'
import { sizeOf } from '../src/ui/sizes.js'

const at = (text: string) => askedAt(text.replace('|', ''), text.indexOf('|'))

test('a slash begins a command where a line begins, an at a path where a word does', () => {
  expect(at('/he|')).toEqual({ kind: 'command', text: 'he', from: 1 })
  expect(at('look\n/|')).toEqual({ kind: 'command', text: '', from: 6 })
  expect(at('see @src/a|b')).toEqual({ kind: 'path', text: 'src/a', from: 5 })
  expect(at('@|')).toEqual({ kind: 'path', text: '', from: 1 })
  for (const plain of ['a /b|', 'me@home|', '/help me|', 'see @a b|', '|@a', ''])
    expect([plain, at(plain)]).toEqual([plain, null])
})

test('what is taken stands in the place of what was written, and the caret behind it', () => {
  expect(withChoice('see @sr here', 7, { kind: 'path', text: 'sr', from: 5 }, 'src/a.ts')).toEqual({
    text: 'see @src/a.ts here',
    caret: 14,
  })
  expect(withChoice('/he', 3, { kind: 'command', text: 'he', from: 1 }, 'help')).toEqual({
    text: '/help ',
    caret: 6,
  })
})

test('nothing an agent reports breaks what it offers', () => {
  for (const odd of [null, 7, 'x', [], { modes: 3, models: [], config_options: [null, 3, {}] }]) {
    expect(choicesIn(odd)).toEqual([])
    expect(commandsIn(odd)).toEqual([])
  }
  expect(commandsIn([{ name: 'a' }, {}, null])).toEqual([{ name: 'a', description: '' }])
})

test('config options come before what older agents tell apart, and groups of values are one list', () => {
  const modes = { currentModeId: 'ask', availableModes: [{ id: 'ask', name: 'Ask' }, { id: 'plan' }] }
  const config_options = [
    {
      id: 'm',
      name: 'Model',
      category: 'model',
      currentValue: 'b',
      options: [{ group: 'one', options: [{ value: 'a', name: 'A' }] }, { options: [{ value: 'b' }] }],
    },
    { id: 'fast', name: 'Fast', type: 'boolean', currentValue: true },
  ]
  const [mode, model, fast, ...none] = choicesIn({ modes, models: null, config_options })
  expect(none).toEqual([])
  expect(mode).toMatchObject({ of: 'mode', current: 'ask', values: [{ label: 'Ask' }, { label: 'plan' }] })
  expect(model).toMatchObject({
    of: 'model',
    id: 'm',
    current: 'b',
    values: [{ label: 'A' }, { label: 'b' }],
  })
  const session = { mode: 'plan', model: null, config: { other: 1 } }
  expect([chosenOf(session, mode!), chosenOf(session, model!), chosenOf(session, fast!)]).toEqual([
    'plan',
    null,
    null,
  ])
  expect(choose(session, model!, 'a')).toEqual({ model: 'a' })
  expect(choose(session, fast!, 'false')).toEqual({ config: { other: 1, fast: false } })
  expect(choose({ config: { fast: true } }, fast!, null)).toEqual({ config: {} })
})

test('files that no prompt takes are not chosen, and it is said why', () => {
  const file = (size: number) => ({ size }) as File
  const most = attachmentLimits.per_prompt
  expect(taken([], [file(1), file(0), file(attachmentLimits.bytes + 1)])).toMatchObject({
    files: [{ file: { size: 1 } }],
    trouble: expect.stringContaining('10 MiB'),
  })
  const { files } = taken(
    [],
    Array.from({ length: most }, () => file(1)),
  )
  expect(taken(files, [file(1)])).toEqual({ files, trouble: `A prompt takes ${most} files at most.` })
  expect([0, 1, 1023, 1024, 1536, 10_485_760].map(sizeOf)).toEqual([
    '0 bytes',
    '1 bytes',
    '1023 bytes',
    '1 KiB',
    '1.5 KiB',
    '10 MiB',
  ])
})
