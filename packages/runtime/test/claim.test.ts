import { v4 } from 'uuid'
import { asSystem, type Claimed, stopTask } from '../src/index.js'
import { attemptOf, blocked, type Host, runOf, shell, Yard } from './yard.js'

let yard: Yard
let host: Host
beforeAll(async () => {
  yard = await Yard.open()
})
afterAll(() => yard.close())
beforeEach(async () => {
  host = await yard.runtime()
})

const idsOf = (claimed: Claimed[]) => claimed.map(({ task }) => task.id)
const finish = async (run: Claimed) => {
  await yard.start(attemptOf(run))
  await yard.end(attemptOf(run), 'completed')
}
const times = <T>(n: number, make: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, index) => make(index)))

describe('a claim', () => {
  it('answers everything a run needs', async () => {
    const worktree_id = await yard.worktree(host)
    const session_id = await yard.session(worktree_id)
    const id = await yard.prompt(session_id, { prompt: 'build it' })
    const [run] = await host.claim()
    const task = await yard.task(id)
    expect(run).toEqual({
      nonce: task.nonce,
      identity: { user_id: yard.user, git: { name: 'Ada', email: 'ada@example.com' }, entries: [] },
      task: { id, attempt: 1, prompt: 'build it', attachments: [], created_by: yard.user },
      session: {
        id: session_id,
        harness: 'shell',
        permission_mode: 'relay',
        model: null,
        mode: null,
        config: {},
        forked_from_session_id: null,
        source_worktree_id: null,
      },
      worktree: {
        id: worktree_id,
        path: expect.stringContaining('/srv/worktrees/'),
        branch: expect.any(String),
        runtime_id: host.id,
        repo_path: '/srv/repo',
      },
      resume: { agent_session_id: null, work_dir: null, reason: 'first_run' },
    })
    expect(task).toMatchObject({ status: 'dispatched', attempt: 1, boot_id: host.boot_id })
    expect(task.lease_expires_at).not.toBeNull()
    expect(await yard.sessionRow(session_id)).toMatchObject({
      status: 'running',
      executing_task_id: id,
      executing_attempt: 1,
    })
  })

  it('tells of the task and of its session, in the log and to those who listen', async () => {
    const session_id = await yard.sessionOn(host)
    await yard.prompt(session_id)
    yard.published.length = 0
    await host.claim()
    const told = yard.published.map(({ service, event, seq }) => [service, event, seq])
    const { last_seq } = await yard.sessionRow(session_id)
    expect(told).toEqual([
      ['tasks', 'patched', last_seq - 1],
      ['sessions', 'patched', last_seq],
    ])
    expect((await yard.events(session_id)).slice(-2)).toEqual(
      yard.published.map(({ service, event, seq, data }) => ({ seq, type: `${service} ${event}`, data })),
    )
  })

  it('takes heads only', async () => {
    const session_id = await yard.sessionOn(host)
    const [first, second] = [await yard.prompt(session_id), await yard.prompt(session_id)]
    expect(idsOf(await host.claim())).toEqual([first])
    expect(idsOf(await host.claim())).toEqual([])
    expect((await yard.task(second)).attempt).toBe(0)
  })

  it('fills many slots, and no more', async () => {
    const ids = await times(7, async () => yard.prompt(await yard.sessionOn(host)))
    const first = await host.claim(4)
    const second = await host.claim(4)
    expect([first.length, second.length]).toEqual([4, 3])
    expect(idsOf([...first, ...second]).sort()).toEqual(ids.sort())
    expect(await host.claim(0)).toEqual([])
  })

  it('keeps to what the runtime may run at once', async () => {
    const small = await yard.runtime({ max_concurrent: 2 })
    await times(4, async () => yard.prompt(await yard.sessionOn(small)))
    const [one] = await small.claim(1)
    expect(await small.claim(5)).toHaveLength(1)
    expect(await small.claim(5)).toEqual([])
    await finish(one!)
    expect(await small.claim(5)).toHaveLength(1)
  })

  it('takes only what is queued for this runtime', async () => {
    const other = await yard.runtime()
    const mine = await yard.prompt(await yard.sessionOn(host))
    const theirs = await yard.prompt(await yard.sessionOn(other))
    expect(idsOf(await host.claim())).toEqual([mine])
    expect(idsOf(await other.claim())).toEqual([theirs])
  })

  it('does not pass over a head that is queued for another runtime', async () => {
    const other = await yard.runtime()
    const session_id = await yard.sessionOn(host)
    const first = await yard.prompt(session_id)
    await yard.query('update sessions set runtime_id = $2 where id = $1', session_id, other.id)
    const second = await yard.prompt(session_id)
    expect(await other.claim()).toEqual([])
    const [run] = await host.claim()
    expect(run?.task.id).toBe(first)
    await finish(run!)
    expect(await host.claim()).toEqual([])
    expect(idsOf(await other.claim())).toEqual([second])
  })
})

describe('a worktree', () => {
  it('is written in by one task at a time', async () => {
    const worktree_id = await yard.worktree(host)
    const [one, two] = [await yard.session(worktree_id), await yard.session(worktree_id)]
    const [first, second] = [await yard.prompt(one), await yard.prompt(two)]
    const [run, ...rest] = await host.claim()
    expect([run?.task.id, rest]).toEqual([first, []])
    expect(await host.claim()).toEqual([])
    await finish(run!)
    expect(idsOf(await host.claim())).toEqual([second])
  })

  it('that many wait for keeps no other from its turn, nor slots empty', async () => {
    const crowded = await yard.worktree(host)
    const first = await yard.prompt(await yard.session(crowded))
    for (let n = 0; n < 4; n++) await yard.prompt(await yard.session(crowded))
    const parallel = await yard.worktree(host, { parallel_writers: true })
    const beside = [
      await yard.prompt(await yard.session(parallel)),
      await yard.prompt(await yard.session(parallel)),
    ]
    const last = await yard.prompt(await yard.sessionOn(host))
    expect(idsOf(await host.claim(3))).toEqual([first, ...beside])
    expect(idsOf(await host.claim(3))).toEqual([last])
  })

  it('with parallel writers is written in by one task of each session', async () => {
    const worktree_id = await yard.worktree(host, { parallel_writers: true })
    const sessions = await times(3, () => yard.session(worktree_id))
    for (const session_id of [...sessions, ...sessions]) await yard.prompt(session_id)
    const claimed = await host.claim()
    expect(claimed.map(({ session }) => session.id).sort()).toEqual(sessions.sort())
  })
})

describe('fairness', () => {
  it('is between sessions: a hundred prompts at once do not keep another waiting', async () => {
    const worktree_id = await yard.worktree(host)
    const [many, few] = [await yard.session(worktree_id), await yard.session(worktree_id)]
    for (let n = 0; n < 6; n++) await yard.prompt(many)
    const late = await yard.prompt(few)
    const order: string[] = []
    for (let n = 0; n < 3; n++) {
      const [run] = await host.claim(1)
      order.push(run!.task.id)
      await finish(run!)
    }
    expect(order.indexOf(late)).toBe(1)
  })

  it('is between worktrees too, one slot at a time', async () => {
    const [many, few] = [await yard.sessionOn(host), await yard.sessionOn(host)]
    for (let n = 0; n < 6; n++) await yard.prompt(many)
    const late = await yard.prompt(few)
    const first = await host.claim(1)
    await finish(first[0]!)
    expect(idsOf(await host.claim(1))).toEqual([late])
  })
})

describe('claims that race', () => {
  it('never break an index, give nothing out twice and leave nothing, in 50 rounds of two runtimes', async () => {
    const other = await yard.runtime()
    const sessions = (
      await times(4, async (index) => {
        const worktree_id = await yard.worktree(host, { parallel_writers: index === 0 })
        return times(2, () => yard.session(worktree_id))
      })
    ).flat()
    for (let round = 0; round < 50; round++) {
      for (const [index, session_id] of sessions.entries()) {
        const { id } = (index + round) % 2 ? host : other
        await yard.query('update sessions set runtime_id = $2 where id = $1', session_id, id)
        await yard.prompt(session_id)
      }
      const given: string[] = []
      for (let left = sessions.length; left > 0; ) {
        // What one claim takes, another one knows of already: nothing was lost on the way.
        const known = idsOf(
          await yard.query<Claimed>('select jsonb_build_object($1::text, id) as task from tasks', 'id'),
        )
        const claimed = (
          await Promise.all([
            host.claim(3, known),
            other.claim(3, known),
            host.claim(9, known),
            other.claim(9, known),
          ])
        ).flat()
        const fresh = claimed.filter(({ task }) => !given.includes(task.id))
        given.push(...idsOf(fresh))
        left -= fresh.length
        await Promise.all(fresh.map(finish))
      }
      expect(new Set(given).size).toBe(sessions.length)
    }
    const [{ wrong }] = (await yard.query<{ wrong: number }>(
      "select count(*) as wrong from tasks where session_id = any($1) and (status <> 'completed' or attempt <> 1)",
      sessions,
    )) as [{ wrong: number }]
    expect(wrong).toBe(0)
  })
})

describe('a session that somebody writes to while its head is claimed', () => {
  /** What the claim answers that waits for `change`, which is made in the session after its head was chosen. */
  const claimDuring = (session_id: string, change: string) =>
    yard.db
      .transaction(async (tx) => {
        await tx.query({ text: change, values: [session_id] })
        await tx.query({
          text: `with held as (update sessions set last_seq = last_seq + 1 where id = $1 returning id, last_seq)
            insert into session_events (session_id, seq, type, data) select id, last_seq, 'sessions patched', '{}' from held`,
          values: [session_id],
        })
        const claimed = host.claim()
        await blocked(yard.db)
        return { claimed }
      })
      .then(({ claimed }) => claimed)

  it('is looked at anew: what waits first by now is taken, as it is by now', async () => {
    const session_id = await yard.sessionOn(host)
    const [first, second] = [await yard.prompt(session_id), await yard.prompt(session_id)]
    const runs = await claimDuring(
      session_id,
      "update tasks set position = -1, prompt = 'sooner' where id = (select max(id::text)::uuid from tasks where session_id = $1)",
    )
    expect(runs.map(({ task }) => [task.id, task.prompt])).toEqual([[second, 'sooner']])
    expect((await yard.task(first)).status).toBe('queued')
    const events = await yard.events(session_id)
    expect(events.map(({ seq }) => seq)).toEqual(events.map((_, at) => at + 1))
    expect((await yard.sessionRow(session_id)).last_seq).toBe(events.length)
  })

  it('is left when its head is gone by then', async () => {
    const session_id = await yard.sessionOn(host)
    await yard.prompt(session_id)
    expect(
      await claimDuring(
        session_id,
        "update tasks set status = 'cancelled', ended_seq = 3 where session_id = $1",
      ),
    ).toEqual([])
    expect(await yard.sessionRow(session_id)).toMatchObject({ status: 'idle', executing_task_id: null })
  })
})

describe('a claim whose answer was lost', () => {
  it('is offered again to the same boot: the same attempt under a new nonce', async () => {
    const id = await yard.prompt(await yard.sessionOn(host))
    const [lost] = await host.claim()
    const [again] = await host.claim(1, [])
    expect(again?.task).toEqual(lost?.task)
    expect(again?.task).toMatchObject({ id, attempt: 1 })
    expect(again?.nonce).not.toBe(lost?.nonce)
    expect((await yard.task(id)).nonce).toBe(again?.nonce)
  })

  it('is offered before anything new', async () => {
    const lost = await yard.prompt(await yard.sessionOn(host))
    await host.claim()
    const fresh = await yard.prompt(await yard.sessionOn(host))
    expect(idsOf(await host.claim(1, []))).toEqual([lost])
    expect(idsOf(await host.claim(2, [lost]))).toEqual([fresh])
  })

  it('is not offered again once it was started, stopped or is known', async () => {
    const started = await yard.running(host, await yard.sessionOn(host))
    const stopping = await yard.dispatched(host, await yard.sessionOn(host))
    await stopTask(yard.ledger, stopping.session_id, asSystem)
    const known = await yard.dispatched(host, await yard.sessionOn(host))
    expect(await host.claim(5, [known.task_id])).toEqual([])
    expect((await yard.task(started.task_id)).status).toBe('running')
  })

  it('is one that a later boot goes on with only after giving it up', async () => {
    const run = await yard.dispatched(host, await yard.sessionOn(host))
    await host.boot()
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'queued', attempt: 1 })
    const [again] = await host.claim(1, [])
    expect(again?.task).toMatchObject({ id: run.task_id, attempt: 2 })
  })
})

describe('an older boot', () => {
  it('gets nothing, neither new nor again', async () => {
    const old = host.boot_id
    await yard.dispatched(host, await yard.sessionOn(host))
    await host.boot()
    const waiting = await yard.prompt(await yard.sessionOn(host))
    host.boot_id = old
    await expect(host.claim(5, [])).rejects.toMatchObject({ code: 'FENCED' })
    expect(await yard.task(waiting)).toMatchObject({ status: 'queued', attempt: 0 })
  })

  it('is what a boot is that never registered', async () => {
    const waiting = await yard.prompt(await yard.sessionOn(host))
    host.boot_id = v4()
    await expect(host.claim()).rejects.toMatchObject({ code: 'FENCED' })
    expect((await yard.task(waiting)).status).toBe('queued')
  })

  it('takes nothing while the new one registers', async () => {
    for (let round = 0; round < 20; round++) {
      const waiting = await yard.prompt(await yard.sessionOn(host))
      const [old, boot_id] = [host.boot_id, v4()]
      host.boot_id = boot_id
      const registered = host.register()
      host.boot_id = old
      const claimed = host.claim(5, []).catch(() => [])
      await Promise.all([registered, claimed])
      host.boot_id = boot_id
      // Either it came before the new boot, and was given up, or it got nothing: the prompt waits either way.
      expect((await yard.task(waiting)).status).toBe('queued')
      const [run] = await host.claim()
      expect(run?.task.id).toBe(waiting)
      await finish(run!)
    }
  })
})

describe('a head that its runtime cannot run', () => {
  it.each([
    ['a harness that it does not have', 'harness_missing', { harnesses: [] as object[] }],
    ['a harness with a problem', 'harness_missing', { harnesses: [{ ...shell, problem: 'broken' }] }],
    ['a worktree outside of its roots', 'cannot_start', { roots: ['/srv/work'] }],
  ])('for %s fails at once, with the reason', async (_, failure_reason, what) => {
    const able = await yard.runtime()
    const session_id = await yard.sessionOn(able)
    const unable = await yard.runtime(what)
    await yard.query('update sessions set runtime_id = $2 where id = $1', session_id, unable.id)
    const [first, second] = [await yard.prompt(session_id), await yard.prompt(session_id)]
    expect(await unable.claim()).toEqual([])
    expect(await yard.task(first)).toMatchObject({ status: 'failed', failure_reason, attempt: 0 })
    expect(await yard.sessionRow(session_id)).toMatchObject({
      held_by_task_id: first,
      executing_task_id: null,
    })
    expect((await yard.task(second)).status).toBe('queued')
  })
})

describe('many claims and renewals at once', () => {
  it('wait for one another and never in a circle', async () => {
    const sessions = await times(12, () => yard.sessionOn(host))
    for (let round = 0; round < 8; round++) {
      for (const session_id of sessions) await yard.prompt(session_id)
      const claimed = new Map<string, Claimed>()
      while (claimed.size < sessions.length) {
        const runs = [...claimed.values()].map((run) => runOf(attemptOf(run)))
        const known = [...claimed.keys()].slice(0, claimed.size / 2)
        const answers = await Promise.all([
          host.claim(claimed.size + 3, known),
          host.heartbeat(runs),
          host.claim(claimed.size + 4, []),
          host.heartbeat([...runs].reverse()),
          host.claim(claimed.size + 2, known),
        ])
        for (const run of [answers[0], answers[2], answers[4]].flat()) claimed.set(run.task.id, run)
      }
      await Promise.all([...claimed.values()].map(finish))
    }
  })
})

describe('a claim that locks sessions for several reasons', () => {
  const lock = 'select from sessions where id = $1 for no key update nowait'

  /** Who holds the session that comes first, and then takes the other, as who tells a parent does, must get both. */
  async function locksInOrder(first: string, second: string): Promise<void> {
    const claimed = await yard.db.transaction(async (tx) => {
      await tx.query({ text: lock, values: [first] })
      const claimed = host.claim(5, [])
      await blocked(yard.db)
      await tx.query({ text: lock, values: [second] })
      return { claimed }
    })
    expect((await claimed.claimed).length).toBeGreaterThan(0)
  }

  it('takes them in one order: what waits, and what was lost', async () => {
    const [first, second] = [await yard.sessionOn(host), await yard.sessionOn(host)]
    await yard.dispatched(host, second)
    await yard.prompt(first)
    await locksInOrder(first, second)
  })

  it('takes them in one order: what cannot run, and what can', async () => {
    const [first, second] = [await yard.sessionOn(host), await yard.sessionOn(host)]
    await yard.query("update sessions set harness = 'missing' where id = $1", first)
    await yard.prompt(first)
    await yard.prompt(second)
    await locksInOrder(first, second)
  })
})

it('of a runtime that there is not gives nothing', async () => {
  const nobody = await yard.runtime()
  await yard.query('delete from runtimes where id = $1', nobody.id)
  await expect(nobody.claim()).rejects.toMatchObject({ code: 'FENCED' })
})
