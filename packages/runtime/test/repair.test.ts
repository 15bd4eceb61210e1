import { asSystem, fixSessions, hasSessionError, stopTask } from '../src/index.js'
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

const has = () => hasSessionError(yard.db, session_id)
const fix = () => fixSessions(yard.ledger, session_id, asSystem)
const statesOf = (id = session_id) =>
  yard.query<{ agent_session_id: string; state: string }>(
    'select agent_session_id, state from agent_sessions where session_id = $1 order by 1',
    id,
  )
const ran = async (agent_session_id: string | undefined, failure_reason?: string, fresh = false) => {
  const run = await yard.running(host, session_id, { fresh }, { agent_session_id })
  return yard.end(run, failure_reason ? 'failed' : 'completed', { failure_reason })
}
const offer = async () => {
  await yard.prompt(session_id)
  const [claimed] = await host.claim()
  return claimed!
}

describe('has-session-error', () => {
  it('is false of a session that is well, or failed otherwise', async () => {
    expect(await has()).toBe(false)
    await ran('one')
    expect(await has()).toBe(false)
    await ran('one', 'context_overflow')
    expect(await has()).toBe(false)
  })

  it('is true when the latest ended task lost its conversation', async () => {
    await ran('one')
    await ran('one', 'agent_session_lost')
    expect(await has()).toBe(true)
  })

  it('is true when a conversation was lost that had been offered and never confirmed', async () => {
    await ran('one')
    const run = attemptOf(await offer())
    await yard.end(run, 'failed', { failure_reason: 'agent_session_lost' })
    expect(await has()).toBe(true)
    expect(await statesOf()).toEqual([{ agent_session_id: 'one', state: 'suspect' }])
  })

  it('goes by the typed reason, not by a text', async () => {
    const run = await yard.running(host, session_id, {}, { agent_session_id: 'one' })
    await yard.end(run, 'failed', {
      failure_reason: 'harness_failed',
      error: { message: 'No conversation found with session ID: one' },
    })
    expect(await has()).toBe(false)
  })

  it('is false again once a later task has ended otherwise', async () => {
    await ran('one', 'agent_session_lost')
    await ran('two')
    expect(await has()).toBe(false)
  })

  it('is false while only an older runtime lost it, and true when that is said late', async () => {
    const run = await yard.running(host, session_id, {}, { agent_session_id: 'one' })
    await yard.loseLease(run.task_id)
    await yard.sweep()
    expect(await has()).toBe(false)
    await yard.end(run, 'failed', { failure_reason: 'agent_session_lost' })
    expect(await has()).toBe(true)
  })
})

describe('fix-sessions', () => {
  it('retires exactly the suspect ones of this session, and answers them', async () => {
    const other = await yard.sessionOn(host)
    const lost = await yard.running(host, other, {}, { agent_session_id: 'theirs' })
    await yard.end(lost, 'failed', { failure_reason: 'agent_session_lost' })

    await ran('healthy')
    await ran('refused', 'agent_session_lost', true)
    await ran('lost', 'agent_session_lost', true)
    const repair = await fix()
    expect({ ...repair, invalidated_session_ids: [...repair.invalidated_session_ids].sort() }).toEqual({
      invalidated_count: 2,
      invalidated_session_ids: ['lost', 'refused'],
    })
    expect(await statesOf()).toEqual([
      { agent_session_id: 'healthy', state: 'usable' },
      { agent_session_id: 'lost', state: 'retired' },
      { agent_session_id: 'refused', state: 'retired' },
    ])
    expect(await statesOf(other)).toEqual([{ agent_session_id: 'theirs', state: 'suspect' }])
    expect(await has()).toBe(false)
  })

  it('answers 0 the second time, and to one that is well', async () => {
    expect(await fix()).toEqual({ invalidated_count: 0, invalidated_session_ids: [] })
    await ran('one', 'agent_session_lost')
    expect(await fix()).toMatchObject({ invalidated_count: 1 })
    const { last_seq } = await yard.sessionRow(session_id)
    expect(await fix()).toEqual({ invalidated_count: 0, invalidated_session_ids: [] })
    expect((await yard.sessionRow(session_id)).last_seq).toBe(last_seq)
  })

  it('asked many times at once answers each conversation once', async () => {
    await ran('one', 'agent_session_lost')
    const repairs = await Promise.all(Array.from({ length: 5 }, fix))
    expect(repairs.flatMap((repair) => repair.invalidated_session_ids)).toEqual(['one'])
  })

  it('is refused as EXECUTING while a task executes, and changes nothing', async () => {
    await ran('one', 'agent_session_lost')
    const run = attemptOf(await offer())
    await expect(fix()).rejects.toMatchObject({ code: 'EXECUTING' })
    expect(await statesOf()).toEqual([{ agent_session_id: 'one', state: 'suspect' }])
    await stopTask(yard.ledger, session_id, asSystem)
    await expect(fix()).rejects.toMatchObject({ code: 'EXECUTING' })
    await yard.end(run, 'stopped')
    expect(await fix()).toMatchObject({ invalidated_count: 1 })
  })
})

describe('the next prompt', () => {
  it('never resumes a retired one, and says what was dropped', async () => {
    await ran('one', 'agent_session_lost')
    await fix()
    const run = await offer()
    expect(run.resume).toMatchObject({ agent_session_id: null, reason: 'retired' })
    await yard.start(attemptOf(run))
    expect(await yard.notices(session_id, 'history-dropped')).toEqual([expect.stringContaining('repair')])
  })

  it('goes on with another usable one, and says what was dropped', async () => {
    await ran('healthy')
    await ran('lost', 'agent_session_lost', true)
    await fix()
    const run = await offer()
    expect(run.resume).toMatchObject({ agent_session_id: 'healthy', reason: 'newest_task' })
    await yard.start(attemptOf(run), { agent_session_id: 'healthy' })
    expect((await yard.notices(session_id, 'history-dropped')).at(-1)).toMatch(
      /goes on with an earlier conversation, because .* repair/,
    )
  })

  it('never resumes a retired one, even if it once completed', async () => {
    await ran('one')
    await ran('one', 'agent_session_lost')
    await fix()
    expect((await offer()).resume.agent_session_id).toBeNull()
  })
})
