import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, fetchAttachment, statusOf } from '@yardmaster/client'
import { attachmentLimits, type Message, type Task } from '@yardmaster/protocol'
import { sweep } from '@yardmaster/runtime'
import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

const refusal = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error) => [statusOf(error), codeOf(error)],
  )

const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(20, 1)])

async function session(grants: [Person, 'session' | 'prompt'][] = [], more: object = {}): Promise<string> {
  const worktree = await yard.worktree({ grants })
  return (await yard.session(worktree.id, yard.admin, more)).id
}

const put = (session_id: string, name: string, media_type: string, content: Buffer, by = yard.admin) =>
  by.rest.service('attachments').create({ session_id, name, media_type, data: content.toString('base64') })

const prompt = (id: string, attachments: string[], more: object = {}, by = yard.admin) =>
  by.rest.service('sessions').prompt({ id, prompt: 'look at this', attachments, ...more })

test('an agent gets a picture, a text and a file that is neither, each in the form that it takes', async () => {
  const id = await session([], { permission_mode: 'auto' })
  const bytes = Buffer.from([0, 255, 0, 254])
  const files = [
    await put(id, 'seen.png', 'image/png', png),
    await put(id, 'Notes für alle.txt', 'text/plain', Buffer.from('five!')),
    await put(id, '$(touch planted).bin', 'application/octet-stream', bytes),
  ]
  const socket = await yard.socket(yard.admin.token)
  const ended = new Promise<Task>((resolve) => {
    socket.service('tasks').on('patched', (task) => {
      if (task.status === 'completed') resolve(task)
    })
  })
  await socket.service('subscriptions').create({ session_id: id })
  const runs = join(yard.home, 'runs')
  const command = `$ od -An -tx1 ${runs}/$YARDMASTER_RUN/attachments/3-*`
  const task = await prompt(
    id,
    files.map((file) => file.id),
    { prompt: command },
  )
  expect(task.attachments.map(({ name, size }) => [name, size])).toEqual([
    ['seen.png', png.length],
    ['Notes für alle.txt', 5],
    ['$(touch planted).bin', 4],
  ])
  await ended

  const query = { session_id: id, $sort: { seq: 1 as const } }
  const { data } = await yard.admin.rest.service('messages').find({ query })
  const [asked] = data as Message[]
  expect(asked?.content).toEqual([
    { type: 'text', text: command },
    ...files.map(({ id: attachment_id, name, media_type, size }) => ({
      type: 'attachment',
      attachment_id,
      name,
      media_type,
      size,
    })),
  ])
  const told = JSON.stringify(data)
  expect(told).toContain(`[picture of type image/png, ${png.length} bytes]`)
  expect(told).toContain('[content of attachment:///Notes%20f%C3%BCr%20alle.txt: 5 characters]')
  const run = join(runs, `${task.id}.1`)
  expect(told).toContain(`[link to file://${run}/attachments/3-__touch_planted_.bin]`)
  expect(told).toContain('00 ff 00 fe')
  // What was put there for the agent goes with the run.
  while ((await readdir(run)).includes('attachments')) await new Promise(setImmediate)
})

test('a file is what it says it is, and no larger than it may be', async () => {
  const id = await session()
  const wrong: [string, Buffer][] = [
    ['image/png', Buffer.from('<script>')],
    ['image/jpeg', png],
    ['image/x-unheard-of', png],
    ['image/svg+xml', Buffer.from('<html>')],
    ['text/plain', Buffer.from([0xff, 0xfe])],
    ['application/pdf', Buffer.from('PDF')],
  ]
  for (const [type, content] of wrong)
    expect([type, await refusal(put(id, 'a', type, content))]).toEqual([type, [400, 'ATTACHMENT_TYPE']])
  for (const name of ['', 'a/b', 'a\\b', 'a\nb', 'a'.repeat(201)])
    expect([name, await refusal(put(id, name, 'text/plain', png))]).toEqual([name, [400, 'INVALID']])
  const odd = { session_id: id, name: 'a', media_type: 'text/plain', data: 'eA' }
  expect(await refusal(yard.admin.rest.service('attachments').create(odd))).toEqual([400, 'INVALID'])

  const most = Buffer.alloc(attachmentLimits.bytes, 'x')
  expect(await put(id, 'a', 'text/plain', most)).toMatchObject({ size: attachmentLimits.bytes })
  for (const more of [1, 200_000])
    expect(await refusal(put(id, 'a', 'text/plain', Buffer.concat([most, Buffer.alloc(more)])))).toEqual([
      413,
      'ATTACHMENT_TOO_LARGE',
    ])
  // So much is read of nobody who shows no token.
  const answer = await fetch(`${yard.url}/attachments`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ data: 'x'.repeat(2_000_000) }),
  })
  expect(answer.status).toBe(413)
})

test('a prompt takes files of its session: its own, and those that were sent there before', async () => {
  const other = await yard.person()
  const id = await session([[other, 'prompt']])
  const mine = await put(id, 'mine.txt', 'text/plain', Buffer.from('x'))
  const elsewhere = await put(await session(), 'elsewhere.txt', 'text/plain', Buffer.from('x'))
  const unknown = [400, 'UNKNOWN_ATTACHMENT']
  expect(await refusal(prompt(id, [mine.id], {}, other))).toEqual(unknown)
  expect(await refusal(fetchAttachment(yard.url, other.token, mine.id))).toEqual([404, 'NOT_FOUND'])
  expect(await refusal(prompt(id, [mine.id, elsewhere.id]))).toEqual(unknown)
  expect(await yard.admin.rest.service('attachments').get(mine.id)).toMatchObject({ sent_at: null })

  const key = { idempotency_key: 'once' }
  const task = await prompt(id, [mine.id], key)
  expect(await prompt(id, [mine.id], key)).toMatchObject({ id: task.id })
  expect(await refusal(prompt(id, [], key))).toEqual([409, 'IDEMPOTENCY_MISMATCH'])
  expect(await refusal(yard.admin.rest.service('attachments').remove(mine.id))).toEqual([
    409,
    'ATTACHMENT_SENT',
  ])
  expect(await fetchAttachment(yard.url, other.token, mine.id)).toHaveProperty('size', 1)
  expect(await prompt(id, [mine.id], {}, other)).toMatchObject({ attachments: [{ name: 'mine.txt' }] })
})

test('a browser that is led to a file stores it and shows nothing', async () => {
  const id = await session()
  const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')
  const file = await put(id, 'a\';"\r.svg'.replace('\r', '\u202e'), 'image/svg+xml', svg)
  const answer = await fetch(`${yard.url}/attachments/${file.id}/content`, {
    headers: { authorization: `Bearer ${yard.admin.token}` },
  })
  expect(Buffer.from(await answer.arrayBuffer())).toEqual(svg)
  expect(Object.fromEntries(answer.headers)).toMatchObject({
    'content-type': 'image/svg+xml',
    'content-disposition': "attachment; filename*=UTF-8''a%27%3B%22%E2%80%AE.svg",
    'content-security-policy': "default-src 'none'; sandbox",
    'x-content-type-options': 'nosniff',
  })
  const stranger = await yard.person()
  expect(await refusal(fetchAttachment(yard.url, stranger.token, file.id))).toEqual([404, 'NOT_FOUND'])
})

test('what no prompt takes is bounded, and goes after a day', async () => {
  const id = await session()
  const person = await yard.person()
  const worktree = await yard.worktree({ grants: [[person, 'session']] })
  const own = (await yard.session(worktree.id, person)).id
  for (let count = 0; count < attachmentLimits.unsent; count++)
    await put(own, `${count}`, 'text/plain', Buffer.from('x'), person)
  expect(await refusal(put(own, 'more', 'text/plain', Buffer.from('x'), person))).toEqual([
    409,
    'TOO_MANY_ATTACHMENTS',
  ])
  const kept = await put(id, 'kept', 'text/plain', Buffer.from('x'))
  await yard.database.db.query({
    text: `update attachments set created_at = clock_timestamp() - interval '25 hours' where created_by = $1`,
    values: [person.user.id],
  })
  await sweep(yard.daemon.yard.ledger, yard.daemon.yard.limits.heartbeat_timeout)
  const { total } = await person.rest.service('attachments').find({ query: { session_id: own } })
  expect(total).toBe(0)
  expect(await yard.admin.rest.service('attachments').remove(kept.id)).toMatchObject({ name: 'kept' })
})
