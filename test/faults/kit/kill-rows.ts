import { appendFileSync } from 'node:fs'
import { isAlive } from '@yardmaster/processes'
import { type Held, reach } from './moments'
import { inWords, type Kill, type Moment, momentsOf, type Outcome, outcomes } from './outcomes'
import { executorOf, killNow } from './processes'
import type { Scene } from './scene'
import { expectWhole, textOf } from './whole'
import { Yard } from './yard'

/** Kills at every moment, one row of the table after the other, in one yard that goes through all of them. */
export function killRows(...rows: Kill[]): void {
  let yard: Yard
  let held: Held | null = null

  beforeAll(async () => {
    yard = await Yard.open()
  })
  afterEach(async () => {
    // What a failed test left standing still would keep the yard from closing.
    await held?.release()
    held?.scene.open()
    held = null
  })
  afterAll(async () => {
    const log = yard.log()
    await yard.close()
    expect(log).not.toMatch(/left alone|unforeseen/i)
  })

  for (const kill of rows)
    describe(`kill -9 of ${kill === 'all three' ? 'executor, daemon and Postgres' : kill}`, () => {
      for (const moment of momentsOf(kill)) {
        const outcome = outcomes[moment][kill]!
        it(`${moment}: ${inWords(outcome)}`, async () => {
          held = await reach[moment](yard)
          const { scene, release } = held
          const before = await scene.events()
          await kills[kill](yard, scene, moment)
          // A dead executor's run ends by itself; what lives, or begins anew, goes on when it is let.
          if (!killsExecutor(kill, moment) || outcome.attempt > 1) await release()
          const { status, failure_reason, attempt } = await scene.ended()
          const ends = failure_reason ? `${status} (${failure_reason})` : status
          const came: Outcome = { ends, attempt, ran: scene.ran() }
          note(moment, kill, came)
          expect(came).toEqual(outcome)
          const acknowledged = await expectWhole(scene, before)
          if (moment === 'streaming') expect(acknowledged).toBeGreaterThan(1)
          if (status === 'completed') await expectWholeTranscript(scene, moment)
        })
      }
    })
}

const killsExecutor = (kill: Kill, moment: Moment): boolean =>
  (kill === 'executor' || kill === 'all three') && moment !== 'claim not answered'

/** Each ends with what was killed mended: the daemon by another start, Postgres by the daemon's watch. */
const kills: Record<Kill, (yard: Yard, scene: Scene, moment: Moment) => Promise<void>> = {
  async executor(yard, { task }) {
    await killNow(await executorOf(yard.home, task))
  },
  async daemon(yard) {
    await yard.killDaemon()
    await yard.start()
  },
  async Postgres(yard) {
    await yard.killPostgres()
    await yard.ready()
  },
  async 'all three'(yard, { task }, moment) {
    const executor = killsExecutor('all three', moment) ? await executorOf(yard.home, task) : null
    if (executor && isAlive(executor)) process.kill(executor.pid, 'SIGKILL')
    await Promise.all([yard.killDaemon(), yard.killPostgres()])
    await yard.start()
  },
}

/** The run went on: all that it had to say was said, once, in its order, and the output has no gap. */
async function expectWholeTranscript(scene: Scene, moment: Moment): Promise<void> {
  const messages = (await scene.messages()).filter(({ task_id }) => task_id === scene.task.id)
  expect(messages.map(({ type }) => type)).toEqual(['prompt', 'text', 'tool_call', 'text'])
  const [, said, call, summary] = messages.map(textOf)
  expect(said).toBe('You wrote:\nHere it goes.')
  expect(summary).toBe('ran 1 command: 0')
  if (moment !== 'streaming') return expect(call).toBe('done\n')
  const lines = call!.trimEnd().split('\n')
  const count = lines.length - 1
  expect(lines).toEqual([...Array.from({ length: count }, (_, at) => `line ${at + 1}`), `end ${count}`])
}

/** For the table that the run prints at its end. */
function note(moment: Moment, kill: Kill, outcome: Outcome): void {
  appendFileSync(process.env.FAULTS_OUTCOMES!, `${JSON.stringify({ moment, kill, outcome })}\n`)
}
