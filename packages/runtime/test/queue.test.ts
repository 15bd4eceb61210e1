import { v7 } from 'uuid'
import {
  asSystem,
  continueQueue,
  editTask,
  patchSession,
  prompt,
  removeTask,
  stopTask,
} from '../src/index.js'
import { attemptOf, type Host, Yard } from './yard.js'

let yard: Yard
let host: Host
let session_id: string
beforeAll(async () => {
  yard = await Yard.open()
})
afterAll(() => yard.close())
beforeEach(async () => {
  host = await yard.runtime()
  session_id = await yard.sessionOn(host)
})

const edit = (id: string, change: { prompt?: string; position?: number }) =>
  editTask(yard.ledger, { id, session_id }, asSystem, change)
const cancel = (id: string) => stopTask(yard.ledger, session_id, asSystem, id)
const remove = (id: string) => removeTask(yard.ledger, { id, session_id }, asSystem)
const proceed = () => continueQueue(yard.ledger, session_id, asSystem)
const status = async (id: string) => (await yard.task(id)).status
const heldBy = async () => (await yard.sessionRow(session_id)).held_by_task_id

/** Claims and completes one prompt after the other; returns them in the order in which they came. */
async function drain(): Promise<string[]> {
  const order: string[] = []
  for (;;) {
    const [run] = await host.claim()
    if (!run) return order
    order.push(run.task.id)
    await yard.start(attemptOf(run))
    await yard.end(attemptOf(run), 'completed')
  }
}

/** A run that has failed while one prompt, or none, waited behind it. */
async function failed({ waiting }: { waiting: boolean }) {
  const run = await yard.running(host, session_id)
  const behind = waiting ? await yard.prompt(session_id) : ''
  await yard.end(run, 'failed', { failure_reason: 'harness_failed' })
  return { by: run.task_id, behind }
}

describe('the order of a queue', () => {
  it('is that in which the prompts came', async () => {
    const ids = [
      await yard.prompt(session_id),
      await yard.prompt(session_id),
      await yard.prompt(session_id),
      await yard.prompt(session_id),
    ]
    expect(await drain()).toEqual(ids)
  })

  it('is that of the positions once they were changed', async () => {
    const [first, second, third] = [
      await yard.prompt(session_id),
      await yard.prompt(session_id),
      await yard.prompt(session_id),
    ]
    await edit(third, { position: (await yard.task(first)).position - 1 })
    expect(await drain()).toEqual([third, first, second])
  })

  it('puts a later prompt behind the last, wherever that was moved', async () => {
    const [first, second] = [await yard.prompt(session_id), await yard.prompt(session_id)]
    await edit(first, { position: 1000 })
    const third = await yard.prompt(session_id)
    expect(await drain()).toEqual([second, first, third])
  })

  it('puts a later prompt behind what executes, also when that has to wait again', async () => {
    const [first, second] = [await yard.prompt(session_id), await yard.prompt(session_id)]
    for (const id of [first, second]) {
      const [run] = await host.claim()
      expect(run?.task.id).toBe(id)
      if (id === first) await yard.end(attemptOf(run!), 'completed')
    }
    const third = await yard.prompt(session_id)
    await yard.end({ task_id: second, session_id, attempt: 1 }, 'failed', { failure_reason: 'executor_died' })
    expect(await drain()).toEqual([second, third])
  })

  it('is kept by prompts that come at once', async () => {
    const ids = await Promise.all(Array.from({ length: 12 }, () => yard.prompt(session_id)))
    const rows = await Promise.all(ids.map(yard.task))
    expect(new Set(rows.map(({ position }) => position)).size).toBe(12)
    expect(await drain()).toEqual(rows.sort((a, b) => a.position - b.position).map(({ id }) => id))
  })
})

describe('a prompt that waits', () => {
  it('can be rewritten, and runs as it was written last', async () => {
    const id = await yard.prompt(session_id, { prompt: 'before' })
    await edit(id, { prompt: 'after' })
    expect((await host.claim())[0]?.task).toMatchObject({ id, prompt: 'after' })
  })

  it('can be cancelled, and then never runs', async () => {
    const [first, second] = [await yard.prompt(session_id), await yard.prompt(session_id)]
    await cancel(first)
    expect(await status(first)).toBe('cancelled')
    expect(await drain()).toEqual([second])
    await expect(cancel(first)).rejects.toMatchObject({ code: 'TASK_TERMINAL' })
  })

  it('can be removed', async () => {
    const [first, second] = [await yard.prompt(session_id), await yard.prompt(session_id)]
    await remove(first)
    expect(await drain()).toEqual([second])
    await expect(remove(first)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('a prompt that was claimed', () => {
  it('can be neither edited, moved nor removed', async () => {
    const { task_id } = await yard.dispatched(host, session_id)
    await expect(edit(task_id, { prompt: 'another' })).rejects.toMatchObject({ code: 'NOT_QUEUED' })
    await expect(edit(task_id, { position: 7 })).rejects.toMatchObject({ code: 'NOT_QUEUED' })
    await expect(remove(task_id)).rejects.toMatchObject({ code: 'EXECUTING' })
  })

  it('keeps its text when it has to wait again, and can be moved and removed', async () => {
    const run = await yard.dispatched(host, session_id)
    const behind = await yard.prompt(session_id)
    await yard.end(run, 'failed', { failure_reason: 'executor_died' })
    expect(await status(run.task_id)).toBe('queued')
    await expect(edit(run.task_id, { prompt: 'another' })).rejects.toMatchObject({ code: 'NOT_QUEUED' })
    await edit(run.task_id, { position: 1000 })
    expect((await host.claim())[0]?.task.id).toBe(behind)
    await remove(run.task_id)
  })

  it('leaves no event and no gap behind a refusal', async () => {
    const { task_id } = await yard.dispatched(host, session_id)
    const before = await yard.sessionRow(session_id)
    await expect(edit(task_id, { position: 7 })).rejects.toMatchObject({ code: 'NOT_QUEUED' })
    expect((await yard.sessionRow(session_id)).last_seq).toBe(before.last_seq)
    expect((await yard.events(session_id)).at(-1)?.seq).toBe(before.last_seq)
  })

  it('cannot be edited as a row that does not exist', async () => {
    await expect(edit(v7(), { prompt: 'another' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})

describe('an idempotency key', () => {
  it('answers the first task to a repeat, even after it has ended', async () => {
    const id = await yard.prompt(session_id, { idempotency_key: 'k' })
    expect(await yard.prompt(session_id, { idempotency_key: 'k' })).toBe(id)
    await drain()
    expect(await yard.prompt(session_id, { idempotency_key: 'k' })).toBe(id)
    expect(await drain()).toEqual([])
  })

  it('makes one task of prompts that come at once', async () => {
    const ids = await Promise.all(
      Array.from({ length: 8 }, () => yard.prompt(session_id, { idempotency_key: 'k' })),
    )
    expect(new Set(ids).size).toBe(1)
    expect(await drain()).toEqual([ids[0]])
  })

  it('refuses another prompt under the same key', async () => {
    await yard.prompt(session_id, { prompt: 'one', idempotency_key: 'k' })
    await expect(yard.prompt(session_id, { prompt: 'two', idempotency_key: 'k' })).rejects.toMatchObject({
      code: 'IDEMPOTENCY_MISMATCH',
    })
  })

  it('is of one session', async () => {
    const other = await yard.sessionOn(host)
    const id = await yard.prompt(session_id, { idempotency_key: 'k' })
    expect(await yard.prompt(other, { idempotency_key: 'k' })).not.toBe(id)
  })
})

describe('a prompt with now', () => {
  it('stops what runs and goes first, before what waited already', async () => {
    const run = await yard.running(host, session_id)
    const waiting = await yard.prompt(session_id)
    const now = await yard.prompt(session_id, { now: true })
    expect(await status(run.task_id)).toBe('stopping')
    await yard.end(run, 'stopped')
    expect(await heldBy()).toBeNull()
    expect(await drain()).toEqual([now, waiting])
  })

  it('goes on when what it stopped ends otherwise', async () => {
    const run = await yard.running(host, session_id)
    const now = await yard.prompt(session_id, { now: true })
    await yard.end(run, 'failed', { failure_reason: 'harness_failed' })
    expect(await drain()).toEqual([now])
  })

  it('goes on when a stop had been asked before', async () => {
    const run = await yard.running(host, session_id)
    await stopTask(yard.ledger, session_id, asSystem)
    const now = await yard.prompt(session_id, { now: true })
    await yard.end(run, 'stopped')
    expect(await drain()).toEqual([now])
  })

  it('of which there are two: the last one goes first', async () => {
    const run = await yard.running(host, session_id)
    const one = await yard.prompt(session_id, { now: true })
    const two = await yard.prompt(session_id, { now: true })
    await yard.end(run, 'stopped')
    expect(await drain()).toEqual([two, one])
  })

  it('releases a queue that is held', async () => {
    const { behind } = await failed({ waiting: true })
    const now = await yard.prompt(session_id, { now: true })
    expect(await heldBy()).toBeNull()
    expect(await drain()).toEqual([now, behind])
  })

  it('does not let go of what waits once it has been cancelled', async () => {
    const run = await yard.running(host, session_id)
    const waiting = await yard.prompt(session_id)
    await cancel(await yard.prompt(session_id, { now: true }))
    await yard.end(run, 'stopped')
    expect(await heldBy()).toBe(run.task_id)
    expect(await drain()).toEqual([])
    await proceed()
    expect(await drain()).toEqual([waiting])
  })
})

describe('a queue behind an ending that was not good', () => {
  it.each(['failed', 'timed_out', 'stopped'] as const)(
    'is held when it was %s, until continue',
    async (ending) => {
      const run = await yard.running(host, session_id)
      const behind = await yard.prompt(session_id)
      if (ending === 'stopped') await stopTask(yard.ledger, session_id, asSystem)
      await yard.end(run, ending)
      expect(await heldBy()).toBe(run.task_id)
      expect((await yard.events(session_id)).at(-1)).toMatchObject({
        type: 'sessions patched',
        data: { held_by_task_id: run.task_id, status: 'queued' },
      })
      expect(await drain()).toEqual([])
      await proceed()
      expect(await heldBy()).toBeNull()
      expect(await drain()).toEqual([behind])
      await expect(proceed()).rejects.toMatchObject({ code: 'NOT_HELD' })
    },
  )

  it('goes on behind a good one', async () => {
    const run = await yard.running(host, session_id)
    const behind = await yard.prompt(session_id)
    await yard.end(run, 'completed')
    expect(await drain()).toEqual([behind])
  })

  it('takes further prompts behind those it holds', async () => {
    const { behind } = await failed({ waiting: true })
    const later = await yard.prompt(session_id)
    expect(await drain()).toEqual([])
    await proceed()
    expect(await drain()).toEqual([behind, later])
  })

  it('with none waiting lets a new prompt simply run', async () => {
    await failed({ waiting: false })
    const id = await yard.prompt(session_id)
    expect(await drain()).toEqual([id])
  })

  it.each([
    ['cancelled', cancel],
    ['removed', remove],
  ])('is held no more when the last one that waited is %s', async (_, leave) => {
    const { behind } = await failed({ waiting: true })
    const another = await yard.prompt(session_id)
    await leave(behind)
    expect(await heldBy()).not.toBeNull()
    await leave(another)
    expect(await heldBy()).toBeNull()
    const id = await yard.prompt(session_id)
    expect(await drain()).toEqual([id])
  })

  it('is held no more when the task that holds it is removed', async () => {
    const { by, behind } = await failed({ waiting: true })
    await remove(by)
    expect(await drain()).toEqual([behind])
  })
})

describe('an archived session', () => {
  it('takes no prompt and starts none, until it is taken out again', async () => {
    const id = await yard.prompt(session_id)
    const archive = (archived_at: string | null) =>
      patchSession(yard.ledger, session_id, asSystem, { archived_at })
    await archive(new Date().toISOString())
    await expect(yard.prompt(session_id)).rejects.toMatchObject({ code: 'ARCHIVED' })
    expect(await drain()).toEqual([])
    await archive(null)
    expect(await drain()).toEqual([id])
  })

  it('is not made of one that executes', async () => {
    await yard.dispatched(host, session_id)
    await expect(
      patchSession(yard.ledger, session_id, asSystem, { archived_at: new Date().toISOString() }),
    ).rejects.toMatchObject({ code: 'EXECUTING' })
  })
})

it('refuses what the guard refuses, and writes nothing', async () => {
  const before = await yard.sessionRow(session_id)
  const guard = {
    user_id: yard.user,
    check: () => {
      throw new Error('not you')
    },
  }
  await expect(prompt(yard.ledger, session_id, guard, yard.user, { prompt: 'x' })).rejects.toThrow('not you')
  expect(await yard.sessionRow(session_id)).toMatchObject({ last_seq: before.last_seq })
  expect(await host.claim()).toEqual([])
})
