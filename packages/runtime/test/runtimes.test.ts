import { v4, v7 } from 'uuid'
import { attemptOf, blocked, type Host, LEASE, runOf, Yard } from './yard.js'

let yard: Yard
let host: Host
beforeAll(async () => {
  yard = await Yard.open()
})
afterAll(() => yard.close())
beforeEach(async () => {
  host = await yard.runtime()
})

const session = () => yard.sessionOn(host)
const offline = async () =>
  (
    await yard.query<{ offline_since: Date | null }>(
      'select offline_since from runtimes where id = $1',
      host.id,
    )
  )[0]?.offline_since
const unheard = () =>
  yard.query("update runtimes set last_seen_at = last_seen_at - interval '1 hour' where id = $1", host.id)
const statuses = async (id: string) =>
  (await yard.events(id)).filter(({ type }) => type === 'sessions patched').map(({ data }) => data.status)

describe('a runtime that registers', () => {
  it('goes on with the runs that outlived its last boot, under the new one', async () => {
    const run = await yard.running(host, await session())
    const { lease_expires_at } = await yard.task(run.task_id)
    await host.boot([runOf(run)])
    expect(await yard.task(run.task_id)).toMatchObject({
      status: 'running',
      attempt: 1,
      boot_id: host.boot_id,
      lease_expires_at,
    })
    expect(await host.heartbeat([runOf(run)])).toEqual({ stop: [], gone: [] })
    await yard.end(run, 'completed')
    expect((await yard.task(run.task_id)).status).toBe('completed')
  })

  it('gives up its others at once: what started fails, what had not waits again', async () => {
    const [started, waiting, adopted] = [
      await yard.running(host, await session()),
      await yard.dispatched(host, await session()),
      await yard.running(host, await session()),
    ]
    await host.boot([runOf(adopted)])
    expect(await yard.task(started.task_id)).toMatchObject({
      status: 'failed',
      failure_reason: 'runtime_lost',
    })
    expect(await yard.task(waiting.task_id)).toMatchObject({
      status: 'queued',
      requeue_reason: 'lease_expired',
    })
    expect(await yard.task(adopted.task_id)).toMatchObject({ status: 'running' })
  })

  it('adopts the attempt, not the task', async () => {
    const run = await yard.running(host, await session())
    await host.boot([{ ...runOf(run), attempt: 2 }])
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'failed' })
  })

  it('touches nothing of another runtime', async () => {
    const other = await yard.runtime()
    const run = await yard.running(other, await yard.sessionOn(other))
    await host.boot([runOf(run)])
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'running', boot_id: other.boot_id })
  })

  it('again under the same boot changes only what it says of itself', async () => {
    const run = await yard.running(host, await session())
    expect(await host.register([runOf(run)])).toMatchObject({ id: host.id, max_concurrent: 100 })
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'running' })
  })

  it('again under the same boot keeps a claim whose answer was lost, to offer it again', async () => {
    const run = await yard.dispatched(host, await session())
    await host.register([])
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'dispatched', attempt: 1 })
    expect((await host.claim(1, []))[0]?.task).toMatchObject({ id: run.task_id, attempt: 1 })
  })

  it('while its runs are renewed and claimed, again and again, waits for none in a circle', async () => {
    const ids = await Promise.all(Array.from({ length: 6 }, session))
    for (let round = 0; round < 10; round++) {
      await Promise.all(ids.map((id) => yard.prompt(id)))
      const runs = (await host.claim()).map(attemptOf)
      await Promise.all([
        host.register(runs.map(runOf)),
        host.heartbeat(runs.map(runOf)),
        host.register(runs.map(runOf).reverse()),
        host.heartbeat(runs.map(runOf).reverse()),
        ...runs.map((run) => yard.start(run)),
      ])
      await Promise.all(runs.map((run) => yard.end(run, 'completed')))
    }
  })
})

describe('a heartbeat', () => {
  it('renews the leases of the runs it names, and of no others', async () => {
    const [named, other] = [
      await yard.running(host, await session()),
      await yard.running(host, await session()),
    ]
    for (const { task_id } of [named, other])
      await yard.query(
        "update tasks set lease_expires_at = lease_expires_at - interval '10 minutes' where id = $1",
        task_id,
      )
    const before = await yard.task(other.task_id)
    await host.heartbeat([runOf(named)])
    const [renewed, left] = [await yard.task(named.task_id), await yard.task(other.task_id)]
    expect(renewed.lease_expires_at!.getTime()).toBeGreaterThan(before.lease_expires_at!.getTime() + 300_000)
    expect(left.lease_expires_at).toEqual(before.lease_expires_at)
  })

  it('gives what has not started the shorter lease', async () => {
    const run = await yard.dispatched(host, await session())
    await host.heartbeat([runOf(run)])
    const [{ left }] = (await yard.query(
      'select extract(epoch from lease_expires_at - clock_timestamp()) * 1000 <= $2 as left from tasks where id = $1',
      run.task_id,
      LEASE,
    )) as [{ left: boolean }]
    expect(left).toBe(true)
  })

  it('is no event', async () => {
    const run = await yard.running(host, await session())
    const { last_seq } = await yard.sessionRow(run.session_id)
    await host.heartbeat([runOf(run)])
    expect((await yard.sessionRow(run.session_id)).last_seq).toBe(last_seq)
  })

  it('is told which runs are no longer its own', async () => {
    const run = await yard.running(host, await session())
    await yard.end(run, 'completed')
    const unknown = { task_id: v7(), attempt: 1 }
    const mine = await yard.running(host, await session())
    const future = { ...runOf(mine), attempt: 2 }
    expect((await host.heartbeat([runOf(run), unknown, runOf(mine), future])).gone).toEqual([
      runOf(run),
      unknown,
      future,
    ])
  })

  it('of another boot is FENCED and renews nothing', async () => {
    const run = await yard.running(host, await session())
    const before = await yard.task(run.task_id)
    const { boot_id } = host
    host.boot_id = v4()
    await expect(host.heartbeat([runOf(run)])).rejects.toMatchObject({ code: 'FENCED' })
    host.boot_id = boot_id
    expect(await yard.task(run.task_id)).toEqual(before)
  })
})

describe('a runtime that goes quiet', () => {
  it('shows its sessions as disconnected, and changes nothing else', async () => {
    const run = await yard.running(host, await session())
    const before = await yard.task(run.task_id)
    await unheard()
    await yard.sweep()
    expect(await offline()).not.toBeNull()
    expect((await yard.sessionRow(run.session_id)).status).toBe('disconnected')
    expect(await yard.task(run.task_id)).toEqual(before)
    expect((await statuses(run.session_id)).at(-1)).toBe('disconnected')
  })

  it('is told once', async () => {
    const id = await session()
    await unheard()
    await yard.sweep()
    const { last_seq } = await yard.sessionRow(id)
    await yard.sweep()
    expect((await yard.sessionRow(id)).last_seq).toBe(last_seq)
  })

  it.each(['heartbeat', 'new boot'])(
    'and comes back by a %s is told too, and its run goes on',
    async (by) => {
      const run = await yard.running(host, await session())
      await unheard()
      await yard.sweep()
      if (by === 'heartbeat') await host.heartbeat([runOf(run)])
      else await host.boot([runOf(run)])
      expect(await offline()).toBeNull()
      expect((await statuses(run.session_id)).slice(-2)).toEqual(['disconnected', 'running'])
      expect(await yard.task(run.task_id)).toMatchObject({ status: 'running', attempt: 1 })
    },
  )

  it('shows a session by the runtime that runs its task, also when that is not where the next shall run', async () => {
    const run = await yard.running(host, await session())
    const other = await yard.runtime()
    await yard.query('update sessions set runtime_id = $2 where id = $1', run.session_id, other.id)
    await unheard()
    await yard.sweep()
    expect((await statuses(run.session_id)).at(-1)).toBe('disconnected')
  })

  it.each(['gone', 'back'])('is told later where who told that it is %s was killed over it', async (what) => {
    const id = await session()
    await unheard()
    await yard.sweep()
    if (what === 'back') await host.heartbeat([])
    const { last_seq } = await yard.sessionRow(id)
    // As it is left: the runtime's row says so, its sessions' events do not.
    await yard.query(
      "update runtimes set untold_since = clock_timestamp() - interval '1 day' where id = $1",
      host.id,
    )
    await yard.sweep()
    expect((await yard.sessionRow(id)).last_seq).toBe(last_seq + 1)
    expect((await statuses(id)).at(-1)).toBe(what === 'gone' ? 'disconnected' : 'idle')
    await yard.sweep()
    expect((await yard.sessionRow(id)).last_seq).toBe(last_seq + 1)
  })

  it('tells the others where one of its sessions is removed meanwhile', async () => {
    const [first, second] = [await session(), await session()]
    await unheard()
    const swept = await yard.db.transaction(async (tx) => {
      await tx.query({ text: 'select from sessions where id = $1 for update', values: [first] })
      const swept = yard.sweep()
      await blocked(yard.db)
      await tx.query({ text: 'delete from sessions where id = $1', values: [first] })
      return { swept }
    })
    await swept.swept
    expect((await statuses(second)).at(-1)).toBe('disconnected')
  })

  it('leaves archived sessions alone', async () => {
    const id = await session()
    await yard.query('update sessions set archived_at = clock_timestamp() where id = $1', id)
    const { last_seq } = await yard.sessionRow(id)
    await unheard()
    await yard.sweep()
    expect(await yard.sessionRow(id)).toMatchObject({ last_seq, status: 'archived' })
  })
})
