import { v7 } from 'uuid'
import { askPermission, asSystem, stopTask } from '../src/index.js'
import { attemptOf, type Host, runOf, Yard } from './yard.js'

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

const stop = (task_id?: string) => stopTask(yard.ledger, session_id, asSystem, task_id)
const status = async (id: string) => (await yard.task(id)).status

describe('a stop', () => {
  it('of a queued task is the cancel, and touches nothing else', async () => {
    const run = await yard.running(host, session_id)
    const waiting = await yard.prompt(session_id)
    expect(await stop(waiting)).toMatchObject({ id: waiting, status: 'cancelled' })
    expect(await status(run.task_id)).toBe('running')
    await yard.end(run, 'completed')
    expect(await host.claim()).toEqual([])
  })

  it.each(['dispatched', 'running', 'awaiting_permission'])(
    'of a task that is %s marks it at once',
    async (at) => {
      const run =
        at === 'dispatched' ? await yard.dispatched(host, session_id) : await yard.running(host, session_id)
      if (at === 'awaiting_permission')
        await askPermission(yard.ledger, run, {
          client_id: 'r',
          tool_call: {},
          options: [{ option_id: 'yes' }],
        })
      expect(await status(run.task_id)).toBe(at)
      expect(await stop()).toMatchObject({ id: run.task_id, status: 'stopping' })
      expect((await yard.sessionRow(session_id)).status).toBe('stopping')
      expect((await yard.task(run.task_id)).stop_requested_at).not.toBeNull()
    },
  )

  it('without a task means the one that executes', async () => {
    await expect(stop()).rejects.toMatchObject({ code: 'NOTHING_RUNS' })
    await yard.prompt(session_id)
    await expect(stop()).rejects.toMatchObject({ code: 'NOTHING_RUNS' })
    const [claimed] = await host.claim()
    expect(await stop()).toMatchObject({ id: claimed?.task.id })
  })

  it('repeated changes nothing and answers the same', async () => {
    const run = await yard.running(host, session_id)
    const first = await stop()
    const { last_seq } = await yard.sessionRow(session_id)
    expect(await stop()).toEqual(first)
    expect(await stop(run.task_id)).toEqual(first)
    expect((await yard.sessionRow(session_id)).last_seq).toBe(last_seq)
  })

  it('asked by many at once is one', async () => {
    await yard.running(host, session_id)
    const answers = await Promise.all(Array.from({ length: 6 }, () => stop()))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    const told = (await yard.events(session_id)).filter(
      ({ type, data }) => type === 'tasks patched' && data.status === 'stopping',
    )
    expect(told).toHaveLength(1)
  })

  it('of a task that has ended is refused and never touches the next one', async () => {
    const run = await yard.running(host, session_id)
    await yard.end(run, 'completed')
    const next = await yard.running(host, session_id)
    await expect(stop(run.task_id)).rejects.toMatchObject({ code: 'TASK_TERMINAL' })
    expect(await status(next.task_id)).toBe('running')
  })

  it('of a task of another session is NOT_FOUND', async () => {
    const other = await yard.running(host, await yard.sessionOn(host))
    await expect(stop(other.task_id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
    await expect(stop(v7())).rejects.toMatchObject({ code: 'NOT_FOUND' })
    expect(await status(other.task_id)).toBe('running')
  })

  it('takes back what the run still asks', async () => {
    const run = await yard.running(host, session_id)
    const asked = (await askPermission(yard.ledger, run, {
      client_id: 'r',
      tool_call: {},
      options: [{ option_id: 'yes' }],
    })) as { id: string }
    await stop()
    expect(await yard.query('select status from permission_requests where id = $1', asked.id)).toEqual([
      { status: 'cancelled' },
    ])
    expect(await status(run.task_id)).toBe('stopping')
  })

  it('is told by every heartbeat until the processes are gone', async () => {
    const run = await yard.running(host, session_id)
    expect((await host.heartbeat([runOf(run)])).stop).toEqual([])
    await stop()
    for (let n = 0; n < 2; n++) expect((await host.heartbeat([runOf(run)])).stop).toEqual([runOf(run)])
    // Also to a runtime that has forgotten it.
    expect((await host.heartbeat([])).stop).toEqual([runOf(run)])
    await yard.end(run, 'stopped')
    expect((await host.heartbeat([])).stop).toEqual([])
  })

  it('before the executor has come keeps it from starting', async () => {
    const run = await yard.dispatched(host, session_id)
    await stop()
    await expect(yard.start(run)).rejects.toMatchObject({ code: 'INVALID_TRANSITION' })
    expect((await yard.messages(session_id)).filter(({ type }) => type === 'prompt')).toEqual([])
    expect(await yard.sessionRow(session_id)).toMatchObject({ agent_session_id: null })
    await yard.end(run, 'stopped')
    expect(await status(run.task_id)).toBe('stopped')
  })

  it('holds over a new boot that adopted the run', async () => {
    const run = await yard.running(host, session_id)
    await stop()
    await host.boot([runOf(run)])
    expect(await status(run.task_id)).toBe('stopping')
    expect((await host.heartbeat([runOf(run)])).stop).toEqual([runOf(run)])
  })

  it('holds over a new boot that did not: the run is lost, and never runs again', async () => {
    const run = await yard.running(host, session_id, { retry: true })
    await stop()
    await host.boot()
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'failed', failure_reason: 'runtime_lost' })
    expect(await host.claim()).toEqual([])
  })

  it.each([true, false])(
    'is never followed by another attempt when the lease runs out (started: %s)',
    async (started) => {
      const run = started
        ? await yard.running(host, session_id, { retry: true })
        : await yard.dispatched(host, session_id, { retry: true })
      await stop()
      await yard.loseLease(run.task_id)
      await yard.sweep()
      expect(await yard.task(run.task_id)).toMatchObject({ status: 'failed', failure_reason: 'runtime_lost' })
      expect(await host.claim()).toEqual([])
    },
  )

  it('and an ending at the same moment: one of the two stands, and both were answered so', async () => {
    for (let round = 0; round < 20; round++) {
      const run = await yard.running(host, session_id)
      const [asked] = await Promise.allSettled([stop(run.task_id), yard.end(run, 'completed')])
      expect(await status(run.task_id)).toBe('completed')
      if (asked.status === 'rejected') expect(asked.reason).toMatchObject({ code: 'TASK_TERMINAL' })
    }
  })

  it('and a claim at the same moment: it is cancelled unclaimed or stopped claimed', async () => {
    for (let round = 0; round < 20; round++) {
      const id = await yard.prompt(session_id)
      const [asked, claimed] = await Promise.all([stop(id), host.claim()])
      const task = await yard.task(id)
      expect(asked).toMatchObject({ status: task.status })
      expect(task).toMatchObject(
        claimed.length > 0 ? { status: 'stopping', attempt: 1 } : { status: 'cancelled', attempt: 0 },
      )
      for (const run of claimed) await yard.end(attemptOf(run), 'stopped')
    }
  })
})
