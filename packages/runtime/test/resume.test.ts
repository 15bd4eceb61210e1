import fc from 'fast-check'
import { type Attempt, asSystem, noteTask, patchSession, stopTask } from '../src/index.js'
import { type Conversation, decideResume, type ResumeFacts } from '../src/resume/decide.js'
import { attemptOf, blocked, type Host, runOf, Yard } from './yard.js'

let yard: Yard
let here: Host
let there: Host
let session_id: string
beforeAll(async () => {
  yard = await Yard.open()
})
afterAll(() => yard.close())
beforeEach(async () => {
  here = await yard.runtime()
  there = await yard.runtime()
  session_id = await yard.sessionOn(here)
})

const DIR = '/srv/worktrees/w'
const moveTo = (host: Host) => patchSession(yard.ledger, session_id, asSystem, { runtime_id: host.id })
const dropped = () => yard.notices(session_id, 'history-dropped')

interface Ran {
  on?: Host
  confirmed?: string | null
  ending?: 'completed' | 'failed' | 'timed_out' | 'stopped'
  reason?: string
  completed_at?: string
  fresh?: boolean
}

/** A whole run of one prompt, in which the harness confirms a conversation unless told otherwise. */
async function ran({
  on = here,
  confirmed = 'one',
  ending = 'completed',
  reason,
  completed_at,
  fresh,
}: Ran = {}) {
  await moveTo(on)
  const run = await yard.running(
    on,
    session_id,
    { fresh },
    {
      agent_session_id: confirmed ?? undefined,
      work_dir: DIR,
    },
  )
  if (ending === 'stopped') await stopTask(yard.ledger, session_id, asSystem)
  await yard.end(run, ending, { failure_reason: reason, completed_at })
  return run
}

/** What the next prompt is offered, as it is stored and as the claim answers it, and what the transcript says then. */
async function next({ on = here, fresh = false }: { on?: Host; fresh?: boolean } = {}) {
  const before = (await dropped()).length
  await moveTo(on)
  const id = await yard.prompt(session_id, { fresh })
  return taken(on, id, before)
}

async function taken(on: Host, id: string, before: number) {
  const [claimed] = await on.claim()
  if (claimed?.task.id !== id) throw new Error('The prompt was not claimed')
  const { resume_decision } = await yard.task(id)
  expect(resume_decision).toMatchObject(claimed.resume)
  await yard.start(attemptOf(claimed))
  const told = (await dropped()).slice(before)
  return { ...claimed.resume, told: told[0] ?? null, attempt: attemptOf(claimed) }
}

const offered = (agent_session_id: string, reason = 'pointer') => ({
  agent_session_id,
  reason,
  work_dir: DIR,
  told: null,
})
const not = (reason: string, told: string) => ({
  agent_session_id: null,
  reason,
  work_dir: DIR,
  told: expect.stringContaining(told),
})

/** Rows as they were before the runtime was kept. */
const unpair = () =>
  yard.query('update sessions set agent_session_runtime_id = null where id = $1', session_id)
const pointer = async () => {
  const { agent_session_id, agent_session_runtime_id } = await yard.sessionRow(session_id)
  return [agent_session_id, agent_session_runtime_id]
}

describe('the agent session of', () => {
  it('no prior run: nothing is offered, and nothing was dropped', async () => {
    expect(await next()).toMatchObject({ agent_session_id: null, reason: 'first_run', told: null })
  })

  it('no prior run, with fresh: nothing was dropped either', async () => {
    expect(await next({ fresh: true })).toMatchObject({
      agent_session_id: null,
      reason: 'fresh_asked',
      told: null,
    })
  })

  it('a prior run on the same runtime: offered', async () => {
    await ran()
    expect(await next()).toMatchObject(offered('one'))
  })

  it('a prior run on another runtime: not', async () => {
    await ran({ on: there })
    expect(await next()).toMatchObject(not('other_runtime', 'another runtime'))
  })

  it("an unpaired pointer, newest usable task on this runtime: the task's", async () => {
    await ran()
    await unpair()
    expect(await next()).toMatchObject(offered('one', 'newest_task'))
  })

  it('an unpaired pointer, newest usable task on another runtime: not', async () => {
    await ran({ confirmed: 'mine' })
    await ran({ on: there, confirmed: 'theirs' })
    await unpair()
    expect(await next()).toMatchObject(not('other_runtime', 'another runtime'))
  })

  it('a pointer to an old agent session, a later task recorded a newer one on another runtime: not', async () => {
    await ran({ confirmed: 'old' })
    await ran({ on: there, confirmed: 'newer' })
    await yard.query(
      'update sessions set agent_session_id = $2, agent_session_runtime_id = $3 where id = $1',
      session_id,
      'old',
      here.id,
    )
    expect(await next()).toMatchObject(not('other_runtime', 'another runtime'))
  })

  it('a task queued for the old runtime, the session set to a new one meanwhile: offered, on the old runtime', async () => {
    await ran()
    const id = await yard.prompt(session_id)
    await moveTo(there)
    expect(await there.claim()).toEqual([])
    expect(await taken(here, id, 0)).toMatchObject(offered('one'))
  })

  it('fresh: true: not', async () => {
    await ran()
    expect(await next({ fresh: true })).toMatchObject(not('fresh_asked', 'as was asked for'))
  })

  it.each(['context_overflow', 'invalid_request', 'iteration_limit'])(
    'a last ending poisoned by %s: not',
    async (reason) => {
      await ran({ ending: 'failed', reason })
      expect(await next()).toMatchObject(not('poisoned', 'an error that it would have run into again'))
    },
  )

  it('a pointer that itself is the poisoned one: not', async () => {
    await ran({ ending: 'failed', reason: 'context_overflow' })
    expect(await pointer()).toEqual(['one', here.id])
    await ran({ confirmed: null, ending: 'failed', reason: 'network' })
    expect(await next()).toMatchObject(not('poisoned', 'an error'))
  })

  it('an older good ending of the same poisoned agent session: not', async () => {
    await ran()
    await ran({ ending: 'failed', reason: 'context_overflow' })
    expect(await next()).toMatchObject(not('poisoned', 'an error'))
  })

  it('a different healthy agent session, older, same runtime: offered, and told', async () => {
    await ran({ confirmed: 'healthy' })
    await ran({ confirmed: 'sick', fresh: true, ending: 'failed', reason: 'context_overflow' })
    expect(await next()).toMatchObject({
      ...offered('healthy', 'newest_task'),
      told: expect.stringContaining('goes on with an earlier conversation'),
    })
  })

  it('a different healthy agent session, older, on another runtime: not', async () => {
    await ran({ on: there, confirmed: 'healthy' })
    await ran({ confirmed: 'sick', ending: 'failed', reason: 'context_overflow' })
    expect(await next()).toMatchObject(not('other_runtime', 'another runtime'))
  })

  it('one poisoned once, completed cleanly later: offered', async () => {
    await ran({ ending: 'failed', reason: 'invalid_request' })
    await ran()
    expect(await next()).toMatchObject(offered('one'))
  })

  it('a resume that failed with "no such session": suspect, not offered again', async () => {
    await ran()
    const { attempt } = await next()
    await yard.end(attempt, 'failed', { failure_reason: 'agent_session_lost' })
    const states = await yard.query(
      'select agent_session_id, state from agent_sessions where session_id = $1',
      session_id,
    )
    expect(states).toEqual([{ agent_session_id: 'one', state: 'suspect' }])
    expect(await next()).toMatchObject(not('suspect', 'could not be taken up'))
  })

  it('a resume refused before the prompt, where the harness began another: the other one', async () => {
    await ran()
    await ran({ confirmed: 'two' })
    expect(await next()).toMatchObject(offered('two'))
    const states = await yard.query(
      'select agent_session_id, state from agent_sessions where session_id = $1 order by 1',
      session_id,
    )
    expect(states).toEqual([
      { agent_session_id: 'one', state: 'suspect' },
      { agent_session_id: 'two', state: 'usable' },
    ])
  })

  it('a first turn stopped after the id was confirmed: offered', async () => {
    await ran({ ending: 'stopped' })
    expect(await next()).toMatchObject(offered('one'))
  })

  it('a run stopped before any id: the pointer as it was', async () => {
    await ran()
    const run = await yard.dispatched(here, session_id)
    await stopTask(yard.ledger, session_id, asSystem)
    await yard.end(run, 'stopped')
    expect(await pointer()).toEqual(['one', here.id])
    expect(await next()).toMatchObject(offered('one'))
  })

  it('a transient failure (network): the pointer is kept', async () => {
    await ran({ ending: 'failed', reason: 'network' })
    expect(await pointer()).toEqual(['one', here.id])
    expect(await next()).toMatchObject(offered('one'))
  })

  it('reported times an hour off: the order of events decides', async () => {
    const hour = (by: number) => new Date(Date.now() + by * 3_600_000).toISOString()
    await ran({ confirmed: 'earlier', completed_at: hour(1) })
    await ran({ confirmed: 'later', fresh: true, completed_at: hour(-1) })
    await unpair()
    expect(await next()).toMatchObject(offered('later', 'newest_task'))
  })

  it('reported times an hour off: a poisoned ending that says it came first is still the latest', async () => {
    await ran({ completed_at: new Date(Date.now() + 3_600_000).toISOString() })
    await ran({
      ending: 'failed',
      reason: 'context_overflow',
      completed_at: new Date(Date.now() - 3_600_000).toISOString(),
    })
    expect(await next()).toMatchObject(not('poisoned', 'an error'))
  })
})

describe('the pointer', () => {
  it("is written with its runtime, and by the executor's word alone", async () => {
    const run = await yard.dispatched(here, session_id)
    expect(await pointer()).toEqual([null, null])
    await yard.start(run, { agent_session_id: 'one' })
    expect(await pointer()).toEqual(['one', here.id])
    await noteTask(yard.ledger, run, { agent_session_id: 'two' })
    expect(await pointer()).toEqual(['two', here.id])
    await yard.end(run, 'completed', { agent_session_id: 'three' })
    expect(await pointer()).toEqual(['three', here.id])
  })

  it("is that of the task's runtime, wherever the session has been set to", async () => {
    const run = await yard.dispatched(here, session_id)
    await moveTo(there)
    await yard.start(run, { agent_session_id: 'one' })
    expect(await pointer()).toEqual(['one', here.id])
  })

  it.each(['confirmation', 'ending'])('is not moved by a late %s of an older attempt', async (what) => {
    const old = await yard.running(here, session_id, { retry: true }, { agent_session_id: 'old' })
    await yard.loseLease(old.task_id)
    await yard.sweep()
    const [claimed] = await here.claim()
    const run = attemptOf(claimed!)
    await yard.start(run, { agent_session_id: 'new' })
    const say = (late: Attempt) =>
      what === 'ending'
        ? yard.end(late, 'completed', { agent_session_id: 'old' })
        : noteTask(yard.ledger, late, { agent_session_id: 'old' })
    await expect(say(old)).rejects.toMatchObject({ code: 'FENCED' })
    expect(await pointer()).toEqual(['new', here.id])
    expect((await yard.task(run.task_id)).agent_session_id).toBe('new')
  })

  it('is not moved by the late ending of a task that was given up', async () => {
    const lost = await yard.running(here, session_id, {}, { agent_session_id: 'lost' })
    await yard.loseLease(lost.task_id)
    await yard.sweep()
    await ran({ confirmed: 'newer', fresh: true })
    await yard.end(lost, 'completed', { agent_session_id: 'lost' })
    expect(await pointer()).toEqual(['newer', here.id])
    expect(await next()).toMatchObject(offered('newer'))
  })

  it('counts again when the run that was given up comes back', async () => {
    const lost = await yard.running(here, session_id, {}, { agent_session_id: 'one', work_dir: DIR })
    await yard.loseLease(lost.task_id)
    await yard.sweep()
    await here.heartbeat([runOf(lost)])
    await yard.end(lost, 'completed')
    expect(await next()).toMatchObject(offered('one'))
  })
})

describe('a lookup that fails', () => {
  it('fails the claim; the task stays queued and is offered its conversation later', async () => {
    await ran()
    const id = await yard.prompt(session_id)
    const { last_seq } = await yard.sessionRow(session_id)
    let release = () => {}
    const released = new Promise<void>((resolve) => {
      release = resolve
    })
    // Somebody holds the table of conversations, and the claim's statement is cancelled while it waits for it.
    const holder = yard.db.transaction(async (tx) => {
      await tx.query({ text: 'lock table agent_sessions in access exclusive mode' })
      await released
    })
    const refused = expect(here.claim()).rejects.toMatchObject({ code: '57014' })
    await blocked(yard.db)
    await yard.query(
      `select pg_cancel_backend(pid) from pg_stat_activity
       where datname = current_database() and wait_event_type = 'Lock'`,
    )
    await refused
    release()
    await holder
    expect(await yard.task(id)).toMatchObject({ status: 'queued', attempt: 0, resume_decision: null })
    expect(await yard.sessionRow(session_id)).toMatchObject({ last_seq, executing_task_id: null })
    expect(await taken(here, id, 0)).toMatchObject(offered('one'))
  })
})

describe('the decision', () => {
  const reasons = [
    null,
    'network',
    'harness_failed',
    'context_overflow',
    'invalid_request',
    'iteration_limit',
  ]
  const poisoned = ['context_overflow', 'invalid_request', 'iteration_limit']
  const conversation: fc.Arbitrary<Conversation> = fc.record({
    agent_session_id: fc.constantFrom('a', 'b', 'c', 'd'),
    runtime_id: fc.constantFrom('here', 'there'),
    state: fc.constantFrom('usable' as const, 'usable' as const, 'suspect' as const, 'retired' as const),
    recorded_seq: fc.nat(40),
    ended_seq: fc.option(fc.nat(40)),
    failure_reason: fc.constantFrom(...reasons),
  })
  const facts: fc.Arbitrary<ResumeFacts> = fc.record({
    fresh: fc.boolean(),
    runtime_id: fc.constantFrom('here', 'there'),
    pointer: fc.record({
      agent_session_id: fc.option(fc.constantFrom('a', 'b', 'c', 'd')),
      runtime_id: fc.option(fc.constantFrom('here', 'there')),
    }),
    conversations: fc.uniqueArray(conversation, {
      selector: (one) => `${one.agent_session_id} ${one.runtime_id}`,
      maxLength: 6,
    }),
    work_dir: fc.option(fc.constant(DIR)),
  })
  const usable = (one: Conversation) => one.state === 'usable' && !poisoned.includes(one.failure_reason ?? '')
  const hold = (property: (facts: ResumeFacts) => void) =>
    fc.assert(fc.property(facts, property), { numRuns: 3000 })

  it("offers only a usable conversation of the task's own runtime", () =>
    hold((what) => {
      const { agent_session_id } = decideResume(what)
      if (agent_session_id === null) return
      const one = what.conversations.find(
        (other) => other.agent_session_id === agent_session_id && other.runtime_id === what.runtime_id,
      )
      expect(one && usable(one)).toBe(true)
    }))

  it('offers the directory in any case', () =>
    hold((what) => expect(decideResume(what).work_dir).toBe(what.work_dir)))

  it('offers nothing where fresh was asked', () =>
    hold((what) => expect(decideResume({ ...what, fresh: true }).agent_session_id).toBeNull()))

  it('passes over no usable conversation that ended later, and none that was recorded later for the pointer', () =>
    hold((what) => {
      const { agent_session_id, reason } = decideResume(what)
      const one = what.conversations.find(
        (other) => other.agent_session_id === agent_session_id && other.runtime_id === what.runtime_id,
      )
      for (const other of what.conversations) {
        if (reason === 'pointer') expect(other.recorded_seq!).toBeLessThanOrEqual(one!.recorded_seq!)
        if (reason === 'newest_task' && usable(other))
          expect(other.ended_seq ?? -1).toBeLessThanOrEqual(one!.ended_seq!)
      }
    }))

  it('says that history is dropped exactly where the latest is not gone on with', () =>
    hold((what) => {
      const { agent_session_id, dropped: why } = decideResume(what)
      const hasHistory = what.conversations.length > 0 || what.pointer.agent_session_id !== null
      const seqs = what.conversations.map(({ recorded_seq }) => recorded_seq)
      // Two of one number are never recorded; the order of the list would decide.
      fc.pre(new Set(seqs).size === seqs.length)
      const latest = what.conversations.find(
        ({ recorded_seq }) => recorded_seq === Math.max(...(seqs as number[])),
      )
      const isLatest = latest?.agent_session_id === agent_session_id && latest?.runtime_id === what.runtime_id
      expect(why !== null).toBe(hasHistory && !isLatest)
    }))

  it('does not depend on the order in which the conversations are read', () =>
    hold((what) => {
      const numbers = what.conversations.flatMap((one) => [
        one.recorded_seq,
        one.ended_seq ?? -1 - one.recorded_seq!,
      ])
      fc.pre(new Set(numbers).size === numbers.length)
      expect(decideResume({ ...what, conversations: [...what.conversations].reverse() })).toEqual(
        decideResume(what),
      )
    }))
})
