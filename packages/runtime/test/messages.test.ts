import { v7 } from 'uuid'
import {
  type Attempt,
  asSystem,
  createMessage,
  editMessage,
  type MessageChange,
  patchMessage,
  removeMessage,
} from '../src/index.js'
import { attemptOf, type Host, type MessageRow, runOf, Yard } from './yard.js'

let yard: Yard
let host: Host
let session_id: string
let run: Attempt
beforeAll(async () => {
  yard = await Yard.open()
})
afterAll(() => yard.close())
beforeEach(async () => {
  host = await yard.runtime()
  session_id = await yard.sessionOn(host)
  run = await yard.running(host, session_id, { prompt: 'say it' })
})

const text = (words: string) => [{ type: 'text', text: words }]
const create = async (client_id: string, words: string, status?: string, of = run) => {
  const message = { client_id, type: 'text', role: 'agent', content: text(words), status }
  return ((await createMessage(yard.ledger, of, message)) as { id: string }).id
}
const patch = (id: string, change: MessageChange, of = run) =>
  patchMessage(yard.ledger, { id, session_id }, of, change)
const stored = async (id: string) =>
  (await yard.query<MessageRow>('select * from messages where id = $1', id))[0]
const lastSeq = async () => (await yard.sessionRow(session_id)).last_seq

describe('the transcript', () => {
  it('begins with the prompt, said by the daemon when the run starts', async () => {
    expect(await yard.messages(session_id)).toMatchObject([
      {
        type: 'prompt',
        role: 'user',
        content: text('say it'),
        preview: 'say it',
        status: 'final',
        attempt: 1,
      },
    ])
  })

  it('says the prompt as it was written last, and once, however often the start is said', async () => {
    await yard.start(run)
    await yard.start(run)
    expect(await yard.messages(session_id)).toHaveLength(1)
  })

  it('keeps the order in which messages began', async () => {
    for (const name of ['a', 'b', 'c']) await create(name, name)
    expect((await yard.messages(session_id)).map(({ client_id }) => client_id)).toEqual([
      'prompt',
      'a',
      'b',
      'c',
    ])
  })

  it('takes messages that come at once, each with a number of its own', async () => {
    const ids = await Promise.all(Array.from({ length: 15 }, (_, n) => create(`m${n}`, `text ${n}`)))
    const rows = await yard.messages(session_id)
    expect(rows.map(({ id }) => id)).toEqual(expect.arrayContaining(ids))
    const { last_seq } = await yard.sessionRow(session_id)
    expect((await yard.events(session_id)).map(({ seq }) => seq)).toEqual(
      Array.from({ length: last_seq }, (_, n) => n + 1),
    )
  })
})

describe('a message', () => {
  it('sent twice under one name is stored once', async () => {
    const id = await create('m1', 'one')
    const seq = await lastSeq()
    expect(await create('m1', 'two')).toBe(id)
    expect(await stored(id)).toMatchObject({ content: text('one') })
    expect(await lastSeq()).toBe(seq)
  })

  it('of the same name by another attempt is another', async () => {
    const first = await create('m1', 'one')
    await yard.query('update tasks set retry = true where id = $1', run.task_id)
    await yard.end(run, 'failed', { failure_reason: 'network' })
    const next = attemptOf((await host.claim(1))[0]!)
    await yard.start(next)
    expect(await create('m1', 'two', 'final', next)).not.toBe(first)
    expect(await stored(first)).toMatchObject({ content: text('one'), attempt: 1 })
  })

  it('grows without an event, and is an event when it is final', async () => {
    const id = await create('m1', '', 'streaming')
    const seq = await lastSeq()
    await patch(id, { content: text('half'), status: 'streaming' })
    expect(await stored(id)).toMatchObject({ content: text('half'), status: 'streaming' })
    expect(await lastSeq()).toBe(seq)
    await patch(id, { content: text('whole'), status: 'final' })
    expect(await stored(id)).toMatchObject({ content: text('whole'), status: 'final', preview: 'whole' })
    expect((await yard.events(session_id)).slice(seq)).toMatchObject([
      { seq: seq + 1, type: 'messages patched', data: { id, status: 'final' } },
    ])
  })

  it('is told without its content in the log, and with it to those who listen', async () => {
    yard.published.length = 0
    const id = await create('m1', 'whole')
    expect(yard.published).toMatchObject([
      { service: 'messages', event: 'created', data: { id, content: text('whole') } },
    ])
    expect((await yard.events(session_id)).at(-1)?.data).not.toHaveProperty('content')
  })

  it('that is final stays so when an older flush comes late', async () => {
    const id = await create('m1', '', 'streaming')
    await patch(id, { content: text('whole'), status: 'final' })
    expect(await patch(id, { content: text('half'), status: 'streaming' })).toMatchObject({
      content: text('whole'),
    })
    expect(await stored(id)).toMatchObject({ content: text('whole'), status: 'final' })
  })

  it('flushed and finished at once is what it was finished as', async () => {
    for (let round = 0; round < 15; round++) {
      const id = await create(`m${round}`, '', 'streaming')
      await Promise.all([
        patch(id, { content: text('half'), status: 'streaming' }),
        patch(id, { content: text('whole'), status: 'final' }),
        patch(id, { content: text('less'), status: 'streaming' }),
      ])
      expect(await stored(id)).toMatchObject({ content: text('whole'), status: 'final' })
    }
  })

  it('is made and changed by the attempt that runs alone', async () => {
    const id = await create('m1', 'mine', 'streaming')
    const other = { ...run, attempt: 2 }
    await expect(create('m2', 'x', 'final', other)).rejects.toMatchObject({ code: 'FENCED' })
    for (const status of ['streaming', 'final'] as const)
      await expect(patch(id, { content: text('x'), status }, other)).rejects.toMatchObject({ code: 'FENCED' })
    await yard.end(run, 'completed')
    await expect(create('m3', 'x')).rejects.toMatchObject({ code: 'FENCED' })
    await expect(patch(id, { content: text('x'), status: 'final' })).rejects.toMatchObject({ code: 'FENCED' })
    await expect(patch(id, { content: text('x'), status: 'streaming' })).rejects.toMatchObject({
      code: 'FENCED',
    })
    expect(await stored(id)).toMatchObject({ content: text('mine'), status: 'final' })
  })

  it('can still be finished by a run that came back', async () => {
    const id = await create('m1', 'half', 'streaming')
    await yard.loseLease(run.task_id)
    await yard.sweep()
    expect(await stored(id)).toMatchObject({ status: 'final', content: text('half') })
    await host.heartbeat([runOf(run)])
    await patch(id, { content: text('whole'), status: 'final' })
    expect(await stored(id)).toMatchObject({ content: text('whole'), status: 'final' })
  })

  it('ends with its attempt, whatever ends that', async () => {
    const ways = [
      () => yard.end(run, 'completed'),
      () => host.boot(),
      async () => {
        await yard.loseLease(run.task_id)
        await yard.sweep()
      },
    ]
    for (const way of ways) {
      run = await yard.running(host, await yard.sessionOn(host))
      const id = await create('m1', 'half', 'streaming')
      await way()
      expect(await stored(id)).toMatchObject({ status: 'final', content: text('half') })
    }
  })

  it('is corrected by a person, and told', async () => {
    const id = await create('m1', 'before')
    await editMessage(yard.ledger, { id, session_id }, asSystem, { content: text('after') })
    expect(await stored(id)).toMatchObject({ content: text('after'), preview: 'after', status: 'final' })
    expect((await yard.events(session_id)).at(-1)).toMatchObject({
      type: 'messages patched',
      data: { preview: 'after' },
    })
  })

  it('removed is gone from the transcript, and its words from the log', async () => {
    const id = await create('m1', 'a secret')
    await patch(id, { content: text('a secret still'), status: 'final' })
    await removeMessage(yard.ledger, { id, session_id }, asSystem)
    expect(await stored(id)).toBeUndefined()
    const events = await yard.events(session_id)
    expect(JSON.stringify(events)).not.toContain('secret')
    expect(events.at(-1)).toMatchObject({ type: 'messages removed', data: { id } })
  })

  it('that there is not is NOT_FOUND', async () => {
    const place = { id: v7(), session_id }
    for (const status of ['streaming', 'final'] as const)
      await expect(patch(place.id, { content: [], status })).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(removeMessage(yard.ledger, place, asSystem)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(editMessage(yard.ledger, place, asSystem, { content: [] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })
})
