import { stat } from 'node:fs/promises'
import type { ExecutorOrder, TaskExecutorPatch } from '@yardmaster/protocol'
import { Conversation } from './conversation.js'
import { Daemon, isRefusal, isUnauthorized } from './daemon/daemon.js'
import { Outbox } from './daemon/outbox.js'
import { enclosureOf } from './enclosure.js'
import { type Ending, endingOf, endingPatch, failed, isTimeOut } from './ending.js'
import { Failure, Lost, Stopped } from './failure.js'
import { WorktreeState } from './git-state.js'
import { log } from './log.js'
import { removePlace } from './prompt/files.js'
import { Spool } from './spool.js'
import type { StopSignal } from './stop-signal.js'

/** Milliseconds between the end of its input, TERM and KILL for a harness that has done its work. */
const PATIENCE = 2_000

/** The same for one that is to go: the runtime waits 10 s for a stopped executor, of which the cancel may take 5. */
const HASTE = 700

/** Milliseconds after a stop within which the daemon must have taken what there is to tell. */
const STOP_LIMIT = 8_500

/**
 * Runs one attempt from the check of its directory to the ending that the daemon has taken.
 *
 * @returns the exit code: 0, or 1 when the ending was left in the spool for the runtime
 */
export async function run(order: ExecutorOrder, stop: StopSignal): Promise<number> {
  const daemon = new Daemon(order)
  const outbox = new Outbox()
  const enclosure = enclosureOf(order)
  const state = new WorktreeState(order, enclosure)
  let cut: (why: Error) => void = () => {}
  const interrupted = new Promise<never>((_, reject) => {
    cut = reject
  })
  interrupted.catch(() => {})
  daemon.onLost = (lost) => {
    outbox.close()
    cut(lost)
  }
  stop.listen(() => {
    setTimeout(() => daemon.hangUp(), STOP_LIMIT)
    cut(new Stopped())
  })
  const conversation = new Conversation(order, daemon, outbox, enclosure, (why) => cut(why))

  const attempt = async (): Promise<Ending> => {
    await requireDirectory(order.worktree.path)
    return endingOf(await conversation.hold(await state.begin()))
  }
  const settle = async (why: unknown): Promise<Ending | 'stopped'> => {
    if (why instanceof Stopped || (why instanceof Failure && isTimeOut(why))) {
      const answer = await conversation.cancel()
      // It had finished before it heard of the cancel: an ending beats a stop.
      if (answer && answer.stopReason !== 'cancelled') return endingOf(answer)
      return why instanceof Stopped ? 'stopped' : failed(why)
    }
    if (why instanceof Failure) return failed(why)
    throw why
  }

  try {
    const outcome = await Promise.race([attempt(), interrupted]).catch(settle)
    conversation.finish()
    outbox.open()
    if (outcome !== 'stopped') return await end(outcome)
    await leave()
    return 0
  } catch (error) {
    if (!(error instanceof Lost)) throw error
    log(`the daemon lets this attempt go no further: ${error.message}`)
    await conversation.close(HASTE)
    return 0
  } finally {
    await removePlace(order).catch((error: Error) => log(`files of the prompt are left: ${error.message}`))
  }

  /** Tells the ending: to the disk first, then to the daemon until it has answered. */
  async function end(ending: Ending): Promise<number> {
    // What went wrong may go on writing; what is done is idle, and its files are as it left them.
    if (ending.status !== 'completed') await conversation.close(HASTE)
    const patch = { ...endingPatch(ending), git_state: await state.end(), ...conversation.facts() }
    const { id: task_id, attempt } = order.task
    const spool = new Spool(order.spool_file)
    // A full disk is no reason not to tell the daemon.
    await spool.write({ task_id, attempt, patch }).catch((error) => log(`not spooled: ${error.message}`))
    log(`ending: ${ending.status}${'failure' in ending ? ` (${ending.failure.reason})` : ''}`)
    const closed = conversation.close(PATIENCE)
    await outbox.drained()
    const code = await sendEnding(spool, patch)
    await closed
    return code
  }

  async function sendEnding(spool: Spool, patch: TaskExecutorPatch): Promise<number> {
    try {
      await daemon.patchTask(patch)
      await spool.accepted()
      log('the ending was accepted')
      return 0
    } catch (error) {
      log(`the ending was refused: ${(error as Error).message}`)
      // The runtime sends what is left there: with a token of its own, or because there was no time for an answer.
      if (isUnauthorized(error) || !isRefusal(error)) return 1
      await spool.refused().catch((error) => log(`not put aside: ${error.message}`))
      return 0
    }
  }

  /** Tells what a stopped run came to. That it has stopped is for the runtime to say, when no process is left. */
  async function leave(): Promise<void> {
    await conversation.close(HASTE)
    const patch = { git_state: await state.end(), ...conversation.facts() }
    await outbox.drained()
    await daemon.patchTask(patch).catch((error: Error) => log(`not told: ${error.message}`))
  }
}

async function requireDirectory(path: string): Promise<void> {
  const found = await stat(path).catch(() => null)
  if (!found?.isDirectory()) throw new Failure('cwd_missing', `The worktree's directory is gone: ${path}`)
}
