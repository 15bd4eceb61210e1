import type { Message } from '@yardmaster/protocol'
import { LiveSession } from '../src/watch/live-session.js'
import { grow, settle } from '../src/watch/text.js'
import type { SessionView } from '../src/watch/view.js'

const message = (status: Message['status'], ...parts: string[]): Message =>
  ({
    id: 'a',
    seq: 1,
    type: 'text',
    status,
    content: parts.map((text) => ({ type: 'text', text })),
  }) as unknown as Message
const texts = (found: Message | null | undefined) =>
  found && (found.content as unknown as { text: string }[]).map(({ text }) => text)

test('live text grows a message, begins new blocks, and counts once however often it comes', () => {
  const known = message('streaming', 'Hel')
  expect(texts(grow(known, { message_id: 'a', block: 0, offset: 2, text: 'llo' }))).toEqual(['Hello'])
  expect(grow(known, { message_id: 'a', block: 0, offset: 0, text: 'Hel' })).toBe(known)
  expect(texts(grow(known, { message_id: 'a', block: 1, offset: 0, text: '!' }))).toEqual(['Hel', '!'])
  expect(grow(known, { message_id: 'a', block: 0, offset: 4, text: '!' })).toBeNull()
  expect(texts(known)).toEqual(['Hel'])
})

test('live text outlives an older flush, and gives way to the final text', () => {
  const known = message('streaming', 'Hello yard')
  expect(texts(settle(known, message('streaming', 'Hello ya')))).toEqual(['Hello yard'])
  const final = settle(known, message('final', 'Bye'))
  expect(texts(final)).toEqual(['Bye'])
  expect(settle(final, message('streaming', 'Hello ya'))).toBe(final)
  expect(grow(final, { message_id: 'a', block: 0, offset: 3, text: '!' })).toBe(final)
})

test('live text that runs ahead waits for what is before it', () => {
  const live = new LiveSession()
  const say = (offset: number, text: string) => live.grow({ message_id: 'a', block: 0, offset, text })
  const shown = () => texts(live.view?.messages[0])
  // Before the rows were read, and before the message itself was told.
  expect(say(5, ' yard')).toBe(false)
  live.lay({ messages: [], tasks: [], requests: [], last_seq: 0, from_seq: 0 } as unknown as SessionView)
  live.take({ seq: 1, type: 'messages created', row: message('streaming', 'Hel') })
  expect(shown()).toEqual(['Hel'])
  expect(say(10, '!')).toBe(true)
  expect(live.store(message('streaming', 'Hello'), live.message('a'))).toBe(false)
  expect(shown()).toEqual(['Hello yard!'])
  // Two that changed places.
  say(12, '?')
  say(11, '!')
  expect(shown()).toEqual(['Hello yard!!?'])
})

test('what is fetched of a tool call does not undo an event that came meanwhile', () => {
  const call = (title: string, status: Message['status'] = 'streaming') =>
    ({
      id: 'a',
      seq: 1,
      type: 'tool_call',
      status,
      content: [{ type: 'tool_call', title }],
    }) as unknown as Message
  const live = new LiveSession()
  live.lay({ messages: [], tasks: [], requests: [], last_seq: 0, from_seq: 0 } as unknown as SessionView)
  live.take({ seq: 1, type: 'messages created', row: call('begun') })
  const asked = live.message('a')
  expect(live.store(call('grown'), asked)).toBe(false)
  expect(live.view?.messages).toMatchObject([call('grown')])
  live.take({ seq: 2, type: 'messages patched', row: call('turned') })
  expect(live.store(call('grown'), asked)).toBe(true)
  expect(live.view?.messages).toMatchObject([call('turned')])
})
