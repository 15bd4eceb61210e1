import fc from 'fast-check'
import { commandsOf, type PromptItem, parsePrompt } from '../src/prompt.js'

const parse = (text: string) => parsePrompt([{ type: 'text', text }])

test.each<[string, PromptItem[]]>([
  ['$ ls', [{ kind: 'command', command: 'ls' }]],
  [
    '$ ls  \r\n$ pwd\r\n',
    [
      { kind: 'command', command: 'ls' },
      { kind: 'command', command: 'pwd' },
    ],
  ],
  [
    'look:\n\n$ ls\nthanks',
    [
      { kind: 'text', text: 'look:' },
      { kind: 'command', command: 'ls' },
      { kind: 'text', text: 'thanks' },
    ],
  ],
  ['/history', [{ kind: 'slash', name: 'history' }]],
  ['/ask  Which one? ', [{ kind: 'question', question: 'Which one?' }]],
  ['/ask', [{ kind: 'slash', name: 'ask' }]],
  ['/help me', [{ kind: 'text', text: '/help me' }]],
  ['/etc', [{ kind: 'text', text: '/etc' }]],
  ['/constructor', [{ kind: 'text', text: '/constructor' }]],
  [' $ ls\n$ls\n$  \n$', [{ kind: 'text', text: '$ ls\n$ls\n$  \n$' }]],
  ['', []],
  ['\n \n', []],
])('%j', (text, items) => {
  expect(parse(text)).toEqual(items)
})

test('a line is a command exactly if it begins with "$ " and something follows', () => {
  const line = fc.oneof(
    fc.string(),
    fc.string().map((text) => `$ ${text}`),
    fc.constantFrom('$ ls', '/help', '', '$'),
  )
  fc.assert(
    fc.property(fc.array(line), (lines) => {
      const text = lines.join('\n')
      const expected = text
        .split(/\r?\n/)
        .filter((one) => one.startsWith('$ ') && one.slice(2).trim() !== '')
        .map((one) => one.slice(2).trim())
      expect(commandsOf(parse(text))).toEqual(expected)
    }),
  )
})

test('sounds are refused by name, and of pictures it is told that they came', () => {
  expect(() => parsePrompt([{ type: 'audio', data: '', mimeType: 'audio/wav' }])).toThrow(/audio/)
  expect(parsePrompt([{ type: 'image', data: 'AAAA', mimeType: 'image/png' }])).toEqual([
    { kind: 'text', text: '[picture of type image/png, 3 bytes]' },
  ])
})
