import type { Message, PermissionRequest, Task } from '@yardmaster/protocol'
import pc from 'picocolors'
import { jsonLines } from '../src/transcript/json-lines.js'
import { TranscriptView } from '../src/transcript/view.js'

const message = (fields: Partial<Message> & { id: string }): Message =>
  ({ type: 'text', role: 'agent', status: 'streaming', content: [], ...fields }) as Message
const text = (...parts: string[]) =>
  parts.map((part) => ({ type: 'text', text: part }) as Message['content'][number])
const toolCall = (fields: object) =>
  [
    { type: 'tool_call', title: 'git commit', content: [], raw_output: null, ...fields },
  ] as unknown as Message['content']

let out: string
const view = () => {
  out = ''
  return new TranscriptView((piece) => {
    out += piece
  }, pc.createColors(false))
}

test('text appears as it grows, and its final form is not said twice', () => {
  const shown = view()
  shown.message(message({ id: 'a', content: text('Hel') }))
  shown.message(message({ id: 'a', content: text('Hello') }))
  expect(out).toBe('Hello')
  shown.message(message({ id: 'a', content: text('Hello, yard'), status: 'final' }))
  shown.message(message({ id: 'a', content: text('Hello, yard'), status: 'final' }))
  expect(out).toBe('Hello, yard\n')
})

test('a final text that came out otherwise is said once more, whole', () => {
  const shown = view()
  shown.message(message({ id: 'a', content: text('Hallo') }))
  shown.message(message({ id: 'a', content: text('Hello'), status: 'final' }))
  expect(out).toBe('Hallo\nHello\n')
})

test('messages that grow side by side are told apart', () => {
  const shown = view()
  shown.message(message({ id: 'a', content: text('one') }))
  shown.message(message({ id: 'b', type: 'thought', content: text('two') }))
  shown.message(message({ id: 'a', content: text('one more') }))
  expect(out).toBe('one\n∴ two\n…  more')
})

test('a tool call is told when its state changes, its output when it ends', () => {
  const shown = view()
  const call = (status: string, fields = {}) =>
    shown.message(message({ id: 't', type: 'tool_call', content: toolCall({ status, ...fields }) }))
  call('pending')
  call('pending')
  call('in_progress')
  const long = Array.from({ length: 25 }, (_, at) => `line ${at}`).join('\n')
  call('failed', {
    content: [{ type: 'content', content: { type: 'text', text: `${long}\n` } }],
    raw_output: { exit_code: 3 },
  })
  expect(out.split('\n')).toEqual([
    '● git commit',
    '  git commit: running',
    '  │ … 5 earlier lines',
    ...Array.from({ length: 20 }, (_, at) => `  │ line ${at + 5}`),
    '  ✗ failed (exit 3)',
    '',
  ])
})

test('a prompt of several lines hangs behind its mark, and what is for programs is left out', () => {
  const shown = view()
  shown.message(message({ id: 'p', type: 'prompt', content: text('one\ntwo'), status: 'final' }))
  shown.message(message({ id: 'o', type: 'other', content: [{ type: 'acp' }], status: 'final' }))
  expect(out).toBe('\n❯ one\n  two\n')
})

test('a permission request shows its options once, then what was chosen', () => {
  const shown = view()
  const request = {
    id: 'r',
    status: 'pending',
    option_id: null,
    tool_call: { title: 'rm\x1b[8m -rf' },
    options: [
      { option_id: 'yes', name: 'Allow', kind: 'allow_once' },
      { option_id: 'no', name: 'Refuse', kind: 'reject_once' },
    ],
  } as unknown as PermissionRequest
  shown.request(request)
  shown.request(request)
  shown.request({ ...request, status: 'selected', option_id: 'no' })
  shown.request({ ...request, id: 'earlier', status: 'selected', option_id: 'no' })
  expect(out).toBe('? May it run: rm -rf\n    1  Allow\n    2  Refuse\n  → Refuse\n')
})

test('an ending says how long it took, what changed and why it failed, once', () => {
  const shown = view()
  const task = {
    id: 't',
    status: 'completed',
    started_at: '2030-01-01T00:00:00Z',
    completed_at: '2030-01-01T00:00:03Z',
    git_state: { files: [{}] },
    failure_reason: null,
    error: null,
  } as unknown as Task
  shown.task({ ...task, status: 'running' })
  shown.task(task)
  shown.task(task)
  shown.task({ ...task, id: 'u', status: 'failed', git_state: null, failure_reason: 'cwd_missing' })
  expect(out).toBe('✓ completed in 3.0 s, 1 file changed\n✗ failed in 3.0 s: cwd_missing\n')
})

test('for programs: one object per line, growth as chunks, whole messages at begin and end', () => {
  const lines: string[] = []
  const watcher = jsonLines((line) => lines.push(line))
  watcher.message?.(message({ id: 'a', content: text('He') }))
  watcher.chunk?.({ message_id: 'a', block: 0, offset: 2, text: 'y' })
  watcher.message?.(message({ id: 'a', content: text('Hey') }))
  watcher.message?.(message({ id: 'a', content: text('Hey'), status: 'final' }))
  expect(lines.every((line) => line.endsWith('\n') && line.indexOf('\n') === line.length - 1)).toBe(true)
  expect(lines.map((line) => JSON.parse(line).type)).toEqual(['message', 'chunk', 'message'])
})
