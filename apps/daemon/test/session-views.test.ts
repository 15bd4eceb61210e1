import { type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'

let yard: TestDaemon
let member: Person
let session_id: string
beforeAll(async () => {
  yard = await startTestDaemon()
  member = await yard.person()
  const { id } = await yard.worktree({ grants: [[member, 'view']] })
  session_id = (await yard.session(id)).id
  // Its log has something to look at.
  for (const title of ['one', 'two', 'three'])
    await yard.admin.rest.service('sessions').patch(session_id, { title })
})
afterAll(() => yard.stop())

const look = (person: Person, seen_seq: number) =>
  person.rest.service('session-views').create({ session_id, seen_seq })
const seenBy = async (person: Person) =>
  (await person.rest.service('session-views').find({ query: { session_id } })).data.map(
    ({ seen_seq }) => seen_seq,
  )

test('what one has looked at is kept, moves on and never back', async () => {
  await look(member, 2)
  await look(member, 1)
  expect(await seenBy(member)).toEqual([2])
  await look(member, 3)
  expect(await seenBy(member)).toEqual([3])
})

test('nobody has looked further than the log goes', async () => {
  const { last_seq } = await yard.admin.rest.service('sessions').get(session_id)
  expect(await look(member, 1_000)).toMatchObject({ seen_seq: last_seq })
})

test("it is one's own: others neither see it nor hear of it", async () => {
  const heard: string[] = []
  for (const person of [member, yard.admin]) {
    const { socket } = await yard.socket(person.token)
    socket.on('session-views created', ({ user_id }: { user_id: string }) =>
      heard.push(`${person.user.id} ${user_id}`),
    )
  }
  await look(yard.admin, 1)
  const mine = await seenBy(yard.admin)
  expect(mine).toEqual([1])
  // By now the member's socket, whose event would have been sent before the admin's, is behind it.
  while (heard.length === 0) await new Promise((resolve) => setImmediate(resolve))
  expect(heard).toEqual([`${yard.admin.user.id} ${yard.admin.user.id}`])
})

test('a session that one may not view cannot be looked at', async () => {
  const stranger = await yard.person()
  await expect(look(stranger, 1)).rejects.toMatchObject({ data: { code: 'NOT_FOUND' } })
})

test('the table of sessions finds titles by a part of them, in whatever case', async () => {
  const find = (text: string) => yard.admin.rest.service('sessions').find({ query: { text } })
  expect(await find('THR')).toMatchObject({ total: 1, data: [{ id: session_id }] })
  expect(await find('thr%')).toMatchObject({ total: 0 })
})
