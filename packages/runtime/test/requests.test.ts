import { v7 } from 'uuid'
import { type Attempt, askPermission, asSystem, decideRequest } from '../src/index.js'
import { type Host, Yard } from './yard.js'

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
  run = await yard.running(host, session_id)
})

const options = [
  { option_id: 'yes', name: 'Allow', kind: 'allow_once' },
  { option_id: 'no', name: 'Reject', kind: 'reject_once' },
]
const ask = async (client_id = 'r1', of = run) => {
  const tool_call = { kind: 'execute', title: `make ${client_id}` }
  return ((await askPermission(yard.ledger, of, { client_id, tool_call, options })) as { id: string }).id
}
const decide = (id: string, option_id = 'yes', by: string | null = yard.user) =>
  decideRequest(yard.ledger, { id, session_id }, asSystem, by, option_id)
const request = async (id: string) =>
  (await yard.query<Record<string, unknown>>('select * from permission_requests where id = $1', id))[0]
const status = async () => (await yard.task(run.task_id)).status

describe('a request', () => {
  it('makes the task wait, and its answer makes it go on', async () => {
    const id = await ask()
    expect(await status()).toBe('awaiting_permission')
    expect((await yard.sessionRow(session_id)).status).toBe('awaiting_permission')
    expect(await decide(id)).toMatchObject({
      id,
      status: 'selected',
      option_id: 'yes',
      decided_by: yard.user,
    })
    expect(await status()).toBe('running')
    expect((await yard.sessionRow(session_id)).status).toBe('running')
    expect((await request(id))?.decided_at).not.toBeNull()
  })

  it('is told, with what it makes of the task and the session', async () => {
    const before = (await yard.sessionRow(session_id)).last_seq
    const id = await ask()
    expect((await yard.events(session_id)).slice(before)).toMatchObject([
      { seq: before + 1, type: 'permission-requests created', data: { id, status: 'pending' } },
      { seq: before + 2, type: 'tasks patched', data: { status: 'awaiting_permission' } },
      { seq: before + 3, type: 'sessions patched', data: { status: 'awaiting_permission' } },
    ])
  })

  it('asked again under one name is one', async () => {
    const id = await ask('r1')
    const { last_seq } = await yard.sessionRow(session_id)
    expect(await ask('r1')).toBe(id)
    expect((await yard.sessionRow(session_id)).last_seq).toBe(last_seq)
    await decide(id)
    expect(await ask('r1')).toBe(id)
    expect(await status()).toBe('running')
  })

  it('of several: the task goes on when the last one is answered', async () => {
    const ids = await Promise.all(['a', 'b', 'c'].map((name) => ask(name)))
    await decide(ids[1]!)
    await decide(ids[0]!, 'no')
    expect(await status()).toBe('awaiting_permission')
    await decide(ids[2]!)
    expect(await status()).toBe('running')
  })

  it('asked and answered at the same moments leaves the task in step', async () => {
    let open = await ask('first')
    for (let round = 0; round < 20; round++) {
      const [next] = await Promise.all([ask(`r${round}`), decide(open)])
      expect(await status()).toBe('awaiting_permission')
      open = next
    }
    await decide(open)
    expect(await status()).toBe('running')
  })

  it('survives a new boot that adopted the run, and waits as long as it takes', async () => {
    const id = await ask()
    await host.boot([run])
    await yard.query("update permission_requests set created_at = created_at - interval '30 days'")
    await yard.sweep()
    expect(await request(id)).toMatchObject({ status: 'pending' })
    await decide(id)
    expect(await status()).toBe('running')
  })

  it.each(['end', 'give up', 'another boot'])('is taken back when its attempt is over: %s', async (how) => {
    const id = await ask()
    if (how === 'end') await yard.end(run, 'completed')
    if (how === 'another boot') await host.boot()
    if (how === 'give up') {
      await yard.loseLease(run.task_id)
      await yard.sweep()
    }
    expect(await request(id)).toMatchObject({ status: 'cancelled', option_id: null })
    await expect(decide(id)).rejects.toMatchObject({ code: 'ALREADY_DECIDED' })
  })

  it('is only taken from the attempt that runs', async () => {
    await expect(ask('r', { ...run, attempt: 2 })).rejects.toMatchObject({ code: 'FENCED' })
    const dispatched = await yard.dispatched(host, await yard.sessionOn(host))
    await expect(ask('r', dispatched)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' })
    await yard.end(run, 'completed')
    await expect(ask('r')).rejects.toMatchObject({ code: 'FENCED' })
  })
})

describe('an answer', () => {
  it('stands: a second one is refused', async () => {
    const id = await ask()
    await decide(id, 'no')
    await expect(decide(id, 'yes')).rejects.toMatchObject({ code: 'ALREADY_DECIDED' })
    await expect(decide(id, 'no')).rejects.toMatchObject({ code: 'ALREADY_DECIDED' })
    expect(await request(id)).toMatchObject({ option_id: 'no' })
  })

  it('of many at once is one', async () => {
    const id = await ask()
    const answers = await Promise.allSettled(
      ['yes', 'no', 'yes', 'no', 'yes'].map((option) => decide(id, option)),
    )
    const accepted = answers.filter((answer) => answer.status === 'fulfilled')
    expect(accepted).toHaveLength(1)
    expect(await request(id)).toMatchObject((accepted[0]!.value as object) && { status: 'selected' })
    for (const answer of answers)
      if (answer.status === 'rejected') expect(answer.reason).toMatchObject({ code: 'ALREADY_DECIDED' })
  })

  it('must be one that was offered', async () => {
    const id = await ask()
    await expect(decide(id, 'perhaps')).rejects.toMatchObject({ code: 'UNKNOWN_OPTION' })
    expect(await request(id)).toMatchObject({ status: 'pending' })
  })

  it('to what was never asked is NOT_FOUND', async () => {
    await expect(decide(v7())).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
