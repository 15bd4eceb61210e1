import { v7 } from 'uuid'
import { type Attempt, asSystem, continueQueue, createMessage, type Ending, stopTask } from '../src/index.js'
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
const late = () => yard.notices(session_id, 'late-ending')
const again = async (known: string[] = []): Promise<Attempt> => attemptOf((await host.claim(1, known))[0]!)

/** A run whose runtime was given up by the sweep. */
async function givenUp(data: { retry?: boolean; started?: boolean }): Promise<Attempt> {
  const run = await yard.dispatched(host, session_id, { retry: data.retry })
  if (data.started !== false) await yard.start(run, { agent_session_id: `conversation-${run.task_id}` })
  await yard.loseLease(run.task_id)
  await yard.sweep()
  return run
}

describe('an ending', () => {
  const endings: Ending[] = ['completed', 'failed', 'timed_out']
  it.each(endings)('%s frees the session and stores what was told', async (status) => {
    const run = await yard.running(host, session_id)
    const end = { sha: 'a'.repeat(40), branch: 'w', dirty: true }
    await yard.end(run, status, {
      completed_at: '2001-01-01T00:00:00Z',
      failure_reason: status === 'completed' ? undefined : 'harness_failed',
      error: status === 'completed' ? undefined : { message: 'why' },
      git_state: { start: null, end, files: [] },
      usage: { tokens: 7 },
      model: 'm',
    })
    expect(await yard.task(run.task_id)).toMatchObject({
      status,
      completed_at: new Date('2001-01-01T00:00:00Z'),
      failure_reason: status === 'completed' ? null : 'harness_failed',
      git_state: { start: null, end, files: [] },
      usage: { tokens: 7 },
      model: 'm',
      lease_expires_at: null,
    })
    expect(await yard.sessionRow(session_id)).toMatchObject({
      executing_task_id: null,
      executing_attempt: null,
      last_ending: status,
      status: 'idle',
    })
  })

  it('keeps the git state of the start', async () => {
    const start = { sha: 'a'.repeat(40), branch: 'w', dirty: false }
    const end = { sha: 'b'.repeat(40), branch: 'w', dirty: true }
    const run = await yard.running(host, session_id, {}, { git_state: { start, end: null, files: [] } })
    await yard.end(run, 'completed', { git_state: { start: null, end, files: [] } })
    expect((await yard.task(run.task_id)).git_state).toEqual({ start, end, files: [] })
  })

  it('said again by the same attempt answers the stored row and logs nothing', async () => {
    const run = await yard.running(host, session_id)
    const first = await yard.end(run, 'failed', { failure_reason: 'network', error: { message: 'one' } })
    const { last_seq } = await yard.sessionRow(session_id)
    const second = await yard.end(run, 'failed', { failure_reason: 'network', error: { message: 'two' } })
    expect(second).toEqual(first)
    expect((await yard.sessionRow(session_id)).last_seq).toBe(last_seq)
    expect(await late()).toEqual([])
  })

  it('said many times at once is one', async () => {
    const run = await yard.running(host, session_id)
    const answers = await Promise.all(Array.from({ length: 6 }, () => yard.end(run, 'completed')))
    for (const answer of answers) expect(answer).toEqual(answers[0])
    const ends = (await yard.events(session_id)).filter(({ data }) => data.status === 'completed')
    expect(ends).toHaveLength(1)
  })

  it('other than the first is refused as TASK_TERMINAL and kept once', async () => {
    const run = await yard.running(host, session_id)
    await yard.end(run, 'completed')
    for (let n = 0; n < 2; n++)
      await expect(yard.end(run, 'failed', { failure_reason: 'network' })).rejects.toMatchObject({
        code: 'TASK_TERMINAL',
      })
    expect((await yard.task(run.task_id)).status).toBe('completed')
    expect(await late()).toEqual([expect.stringContaining('network')])
  })

  it('that only guesses at an executor that is gone is refused without a word', async () => {
    const run = await yard.running(host, session_id)
    await yard.end(run, 'completed')
    await expect(yard.end(run, 'failed', { failure_reason: 'executor_died' })).rejects.toMatchObject({
      code: 'TASK_TERMINAL',
    })
    expect(await late()).toEqual([])
  })

  it('of an older attempt is FENCED and kept once', async () => {
    const old = await givenUp({ started: false })
    const run = await again()
    for (let n = 0; n < 2; n++)
      await expect(yard.end(old, 'completed')).rejects.toMatchObject({ code: 'FENCED' })
    expect(await late()).toEqual([expect.stringContaining('Attempt 1')])
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'dispatched', attempt: 2 })
    await yard.end(run, 'completed')
    await expect(yard.end(old, 'completed')).rejects.toMatchObject({ code: 'FENCED' })
    expect(await late()).toHaveLength(1)
  })

  it('of a task that is gone is NOT_FOUND', async () => {
    await expect(yard.end({ task_id: v7(), session_id, attempt: 1 }, 'completed')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    })
  })

  it('beats a stop that was asked meanwhile', async () => {
    const run = await yard.running(host, session_id)
    await stop()
    await yard.end(run, 'completed')
    expect((await yard.task(run.task_id)).status).toBe('completed')
    await expect(yard.end(run, 'stopped')).rejects.toMatchObject({ code: 'TASK_TERMINAL' })
  })

  it('of a stop is stopped only where a stop was asked', async () => {
    const run = await yard.running(host, session_id)
    await expect(yard.end(run, 'stopped')).rejects.toMatchObject({ code: 'INVALID_TRANSITION' })
    expect((await yard.task(run.task_id)).status).toBe('running')
    await stop()
    await yard.end(run, 'stopped')
    expect((await yard.task(run.task_id)).status).toBe('stopped')
  })

  it('leaves no message in the making', async () => {
    const run = await yard.running(host, session_id)
    const message = {
      client_id: 'm1',
      type: 'text',
      role: 'agent',
      content: [{ type: 'text', text: 'half' }],
    }
    await createMessage(yard.ledger, run, { ...message, status: 'streaming' })
    await yard.end(run, 'completed')
    const kept = (await yard.messages(session_id)).find(({ client_id }) => client_id === 'm1')
    expect(kept).toMatchObject({ status: 'final', content: message.content })
  })
})

describe('a task whose runtime was given up', () => {
  it('fails as lost where it had started', async () => {
    const { task_id } = await givenUp({})
    expect(await yard.task(task_id)).toMatchObject({ status: 'failed', failure_reason: 'runtime_lost' })
    expect((await yard.task(task_id)).given_up_at).not.toBeNull()
  })

  it('is queued again where it had not, where it was and with the reason', async () => {
    const { task_id } = await givenUp({ started: false })
    expect(await yard.task(task_id)).toMatchObject({
      status: 'queued',
      attempt: 1,
      requeue_reason: 'lease_expired',
    })
  })

  it('is queued again where it had started and its prompt allowed it', async () => {
    const { task_id } = await givenUp({ retry: true })
    expect(await yard.task(task_id)).toMatchObject({
      status: 'queued',
      attempt: 1,
      requeue_reason: 'runtime_lost',
    })
  })

  it.each([true, false])('accepts the ending of its last attempt (queued again: %s)', async (retry) => {
    const run = await givenUp({ retry })
    await yard.end(run, 'completed', { usage: { tokens: 1 } })
    expect(await yard.task(run.task_id)).toMatchObject({
      status: 'completed',
      attempt: 1,
      failure_reason: null,
      error: null,
      given_up_at: null,
      usage: { tokens: 1 },
    })
    expect(await late()).toEqual([])
    expect(await host.claim()).toEqual([])
    expect((await yard.sessionRow(session_id)).last_ending).toBe('completed')
    // And that was the last word.
    expect(await yard.end(run, 'completed')).toMatchObject({ status: 'completed' })
    await expect(yard.end(run, 'failed')).rejects.toMatchObject({ code: 'TASK_TERMINAL' })
  })

  it.each([true, false])('goes on when its runtime renews it (queued again: %s)', async (retry) => {
    const run = await givenUp({ retry })
    expect(await host.heartbeat([runOf(run)])).toEqual({ stop: [], gone: [] })
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'running', attempt: 1, given_up_at: null })
    expect(await yard.sessionRow(session_id)).toMatchObject({
      executing_task_id: run.task_id,
      executing_attempt: 1,
      status: 'running',
    })
    await yard.end(run, 'completed')
    expect((await yard.task(run.task_id)).status).toBe('completed')
  })

  it('goes on as dispatched where it had not started', async () => {
    const run = await givenUp({ started: false })
    await host.heartbeat([runOf(run)])
    expect((await yard.task(run.task_id)).status).toBe('dispatched')
    await yard.start(run)
    expect((await yard.task(run.task_id)).status).toBe('running')
  })

  it('goes on as stopping where a stop had been asked', async () => {
    const run = await yard.running(host, session_id)
    await stop()
    await yard.loseLease(run.task_id)
    await yard.sweep()
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'failed', failure_reason: 'runtime_lost' })
    await host.heartbeat([runOf(run)])
    expect((await yard.task(run.task_id)).status).toBe('stopping')
    expect((await host.heartbeat([runOf(run)])).stop).toEqual([runOf(run)])
    await yard.end(run, 'stopped')
    expect((await yard.task(run.task_id)).status).toBe('stopped')
  })

  it('is gone for its runtime once it was claimed anew', async () => {
    const run = await givenUp({ retry: true })
    const next = await again()
    expect(next.attempt).toBe(2)
    expect(await host.heartbeat([runOf(run), runOf(next)])).toEqual({ stop: [], gone: [runOf(run)] })
    await expect(yard.end(run, 'completed')).rejects.toMatchObject({ code: 'FENCED' })
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'dispatched', attempt: 2 })
  })

  it('is gone while another task of the session executes, and comes back after it', async () => {
    const run = await givenUp({})
    const next = await yard.running(host, session_id)
    expect((await host.heartbeat([runOf(run)])).gone).toEqual([runOf(run)])
    await yard.end(next, 'completed')
    expect((await host.heartbeat([runOf(run)])).gone).toEqual([])
    expect((await yard.task(run.task_id)).status).toBe('running')
  })

  it('is gone while another session writes in its worktree', async () => {
    const run = await givenUp({})
    const { worktree_id } = await yard.sessionRow(session_id)
    await yard.running(host, await yard.session(worktree_id))
    expect((await host.heartbeat([runOf(run)])).gone).toEqual([runOf(run)])
    expect((await yard.task(run.task_id)).status).toBe('failed')
  })

  it('does not make a claim fail by coming back at the same moment', async () => {
    const { worktree_id } = await yard.sessionRow(session_id)
    for (let round = 0; round < 25; round++) {
      const other = await yard.session(worktree_id)
      const run = await givenUp({})
      await yard.prompt(other)
      const [claimed] = await Promise.all([host.claim(), host.heartbeat([runOf(run)])])
      for (const one of claimed) await yard.end(attemptOf(one), 'completed')
      if ((await yard.task(run.task_id)).status === 'running') await yard.end(run, 'completed')
      for (const one of await host.claim()) await yard.end(attemptOf(one), 'completed')
    }
  })

  it('is not brought back by another runtime', async () => {
    const run = await givenUp({ retry: true })
    const other = await yard.runtime()
    expect((await other.heartbeat([runOf(run)])).gone).toEqual([runOf(run)])
    expect((await yard.task(run.task_id)).status).toBe('queued')
  })

  it('is not stopped by a word that nobody asked for', async () => {
    const run = await givenUp({ retry: true })
    await expect(yard.end(run, 'stopped')).rejects.toMatchObject({ code: 'FENCED' })
    expect((await yard.task(run.task_id)).status).toBe('queued')
  })

  it('runs again although its executor is now said to have died, where its prompt allows it', async () => {
    const run = await givenUp({ retry: true })
    await yard.end(run, 'failed', { failure_reason: 'executor_died' })
    expect((await yard.task(run.task_id)).status).toBe('queued')
    expect((await again()).attempt).toBe(2)
  })

  it('and cancelled meanwhile stays cancelled', async () => {
    const run = await givenUp({ retry: true })
    await stop(run.task_id)
    expect((await host.heartbeat([runOf(run)])).gone).toEqual([runOf(run)])
    await expect(yard.end(run, 'completed')).rejects.toMatchObject({ code: 'TASK_TERMINAL' })
    expect((await yard.task(run.task_id)).status).toBe('cancelled')
    expect(await late()).toHaveLength(1)
  })

  it('releases by a good ending what waited behind its loss', async () => {
    const run = await yard.running(host, session_id)
    const behind = await yard.prompt(session_id)
    await yard.loseLease(run.task_id)
    await yard.sweep()
    expect((await yard.sessionRow(session_id)).held_by_task_id).toBe(run.task_id)
    await yard.end(run, 'completed')
    expect((await yard.sessionRow(session_id)).held_by_task_id).toBeNull()
    expect((await again()).task_id).toBe(behind)
  })

  it('holds by a bad ending what waited behind it in the queue', async () => {
    const run = await givenUp({ retry: true })
    await yard.prompt(session_id)
    await yard.end(run, 'failed', { failure_reason: 'refused' })
    expect((await yard.sessionRow(session_id)).held_by_task_id).toBe(run.task_id)
  })

  it('and was let go does not hold up again what was told to continue', async () => {
    const run = await yard.running(host, session_id)
    await yard.prompt(session_id)
    await yard.loseLease(run.task_id)
    await yard.sweep()
    await continueQueue(yard.ledger, session_id, asSystem)
    await yard.end(run, 'failed', { failure_reason: 'harness_failed' })
    expect((await yard.sessionRow(session_id)).held_by_task_id).toBeNull()
  })

  it('which was the last to wait in a held queue holds nothing when it ends', async () => {
    const run = await givenUp({ retry: true })
    const first = await yard.running(host, session_id, { now: true })
    await yard.end(first, 'failed', { failure_reason: 'refused' })
    expect((await yard.sessionRow(session_id)).held_by_task_id).toBe(first.task_id)
    await yard.end(run, 'completed')
    expect((await yard.sessionRow(session_id)).held_by_task_id).toBeNull()
  })
})

describe('another attempt', () => {
  it.each(['executor_died', 'network', 'harness_died'])(
    'follows %s where the prompt allows it',
    async (reason) => {
      const run = await yard.running(host, session_id, { retry: true })
      await yard.end(run, 'failed', { failure_reason: reason })
      expect(await yard.task(run.task_id)).toMatchObject({
        status: 'queued',
        requeue_reason: reason,
        attempt: 1,
      })
      expect(await again()).toMatchObject({ task_id: run.task_id, attempt: 2 })
    },
  )

  it('does not follow a stop that its runtime never heard of: what died then has stopped, also when that is said late', async () => {
    const run = await yard.running(host, session_id)
    await stop()
    await yard.loseLease(run.task_id)
    await yard.sweep()
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'failed', failure_reason: 'runtime_lost' })
    const died = () => yard.end(run, 'failed', { failure_reason: 'executor_died', error: { message: 'why' } })
    const stopped = { status: 'stopped', failure_reason: null, error: null }
    expect(await died()).toMatchObject(stopped)
    expect(await died()).toMatchObject(stopped)
    expect(await yard.task(run.task_id)).toMatchObject(stopped)
  })

  it('follows executor_died where nothing had started, and harness_died not', async () => {
    const run = await yard.dispatched(host, session_id)
    await yard.end(run, 'failed', { failure_reason: 'executor_died' })
    expect(await yard.task(run.task_id)).toMatchObject({
      status: 'queued',
      requeue_reason: 'executor_died',
      attempt: 1,
    })
    const second = await again()
    expect(second).toMatchObject({ task_id: run.task_id, attempt: 2 })
    await yard.end(second, 'failed', { failure_reason: 'harness_died' })
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'failed', failure_reason: 'harness_died' })
  })

  it('is told to the same attempt that says again how it ended', async () => {
    const run = await yard.running(host, session_id, { retry: true })
    await yard.end(run, 'failed', { failure_reason: 'network' })
    expect(await yard.end(run, 'failed', { failure_reason: 'network' })).toMatchObject({ status: 'queued' })
    expect(await late()).toEqual([])
  })

  it('does not follow where the prompt did not allow it', async () => {
    const run = await yard.running(host, session_id)
    await yard.end(run, 'failed', { failure_reason: 'executor_died' })
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'failed', failure_reason: 'executor_died' })
  })

  it('does not follow an ending that is of the prompt itself', async () => {
    const run = await yard.running(host, session_id, { retry: true })
    await yard.end(run, 'failed', { failure_reason: 'context_overflow' })
    expect((await yard.task(run.task_id)).status).toBe('failed')
  })

  it.each([
    ['harness_died', 'failed', true],
    ['network', 'failed', true],
    ['executor_died', 'stopped', true],
    ['executor_died', 'stopped', false],
  ])('does not follow a stop: after %s it is %s', async (failure_reason, status, started) => {
    const run = await yard.dispatched(host, session_id, { retry: true })
    if (started) await yard.start(run)
    await stop()
    await yard.end(run, 'failed', { failure_reason, error: { message: 'why' } })
    const stopped = { failure_reason: null, error: null }
    expect(await yard.task(run.task_id)).toMatchObject({ status, ...(status === 'stopped' ? stopped : {}) })
    expect(await host.claim()).toEqual([])
  })

  it('does not follow executor_died of the last of them', async () => {
    let run = await yard.dispatched(host, session_id)
    const { max_attempts } = await yard.task(run.task_id)
    for (let attempt = 1; attempt < max_attempts; attempt++) {
      await yard.end(run, 'failed', { failure_reason: 'executor_died' })
      run = await again()
    }
    await yard.end(run, 'failed', { failure_reason: 'executor_died' })
    expect(await yard.task(run.task_id)).toMatchObject({
      status: 'failed',
      failure_reason: 'executor_died',
      attempt: max_attempts,
    })
  })

  it('stays one where the guess is said again, and nobody is told of a guess that comes too late', async () => {
    const run = await yard.dispatched(host, session_id)
    const guess = () => yard.end(run, 'failed', { failure_reason: 'executor_died' })
    expect(await guess()).toMatchObject({ status: 'queued', attempt: 1 })
    expect(await guess()).toMatchObject({ status: 'queued', attempt: 1 })
    await again()
    await expect(guess()).rejects.toMatchObject({ code: 'FENCED' })
    expect(await late()).toEqual([])
    expect(await yard.task(run.task_id)).toMatchObject({ status: 'dispatched', attempt: 2 })
  })

  it.each([
    ['never started', false, 'lease_expired'],
    ['had started', true, 'runtime_lost'],
  ])('does not follow the last of them, which %s', async (_, started, failure_reason) => {
    let run = await givenUp({ retry: true, started })
    const { max_attempts } = await yard.task(run.task_id)
    for (let attempt = 2; attempt <= max_attempts; attempt++) {
      expect((await yard.task(run.task_id)).status).toBe('queued')
      run = await again()
      expect(run.attempt).toBe(attempt)
      if (started) await yard.start(run)
      await yard.loseLease(run.task_id)
      await yard.sweep()
    }
    expect(await yard.task(run.task_id)).toMatchObject({
      status: 'failed',
      attempt: max_attempts,
      failure_reason,
    })
  })

  it('says its prompt once', async () => {
    const run = await givenUp({ retry: true })
    await yard.start(await again())
    const prompts = (await yard.messages(session_id)).filter(({ type }) => type === 'prompt')
    expect(prompts.map(({ task_id }) => task_id)).toEqual([run.task_id])
  })
})
