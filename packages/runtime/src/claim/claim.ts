import { randomUUID } from 'node:crypto'
import type { Tx } from '@yardmaster/store'
import type { Ledger, LoggedEvent } from '../ledger/ledger.js'
import { holdSessions } from '../ledger/lock-session.js'
import { decideResume } from '../resume/decide.js'
import { decideFork, forkSourcesOf } from '../resume/fork.js'
import { type Claimed, claimedOf } from './assignment.js'
import { chooseHeads } from './choose-heads.js'
import { type ClaimedHead, claimHeads } from './claim-heads.js'
import type { Head } from './look-for-heads.js'
import { refuseHead } from './refuse.js'
import { offerAgain } from './reoffer.js'

export interface ClaimOffer {
  runtime_id: string
  boot_id: string
  /** How many runs the runtime has room for. */
  slots: number
  /** Tasks whose runs the runtime knows of. */
  known: string[]
  /** Milliseconds until a dispatched task that never starts is given up. */
  lease: number
}

/**
 * Gives a runtime the work it may begin, in one transaction: heads are looked for and their worktrees locked, then those are
 * taken, by one guarded statement in a fresh snapshot, that are as they were. Claims whose answer was lost come first. A head that the runtime cannot
 * run ends at once. Where somebody was quicker with a session, it is looked at once more in a second transaction, so
 * that it does not wait for the next claim.
 *
 * @throws FENCED when another boot has taken this runtime's place
 */
export async function claim(ledger: Ledger, offer: ClaimOffer): Promise<Claimed[]> {
  const { runs, missed } = await claimOnce(ledger, offer)
  if (!missed) return runs
  const known = [...offer.known, ...runs.map(({ task }) => task.id)]
  const later = await claimOnce(ledger, { ...offer, slots: offer.slots - runs.length, known })
  return [...runs, ...later.runs]
}

function claimOnce(ledger: Ledger, offer: ClaimOffer): Promise<{ runs: Claimed[]; missed: boolean }> {
  return ledger.db.transaction(async (tx) => {
    const { lost, heads: found } = await chooseHeads(tx, offer)
    // Those that are only taken are locked by the statement that takes them, which saves a round trip.
    if (lost.length > 0 || found.some(({ unfit }) => unfit)) await holdSessions(tx, sessionsOf(lost, found))
    const again = await offerAgain(tx, lost, offer.lease)
    const heads = found.slice(0, Math.max(0, offer.slots - again.length))
    const fit = heads.filter(({ unfit }) => !unfit)
    const taken = await take(tx, fit, offer)
    const events = taken.flatMap(eventsOf)
    for (const head of heads.filter(({ unfit }) => unfit)) events.push(...(await refuseHead(tx, head)))
    tx.afterCommit(() => ledger.publish(events))
    return { runs: [...again, ...taken.map(claimedOf)], missed: taken.length < fit.length }
  })
}

const sessionsOf = (...of: { session_id: string }[][]): string[] =>
  of.flat().map(({ session_id }) => session_id)

async function take(
  tx: Tx,
  heads: Head[],
  { runtime_id, boot_id, lease }: ClaimOffer,
): Promise<ClaimedHead[]> {
  if (heads.length === 0) return []
  return claimHeads(
    tx,
    heads.map(({ id }) => id),
    heads.map(({ session_id }) => session_id),
    heads.map(({ last_seq }) => last_seq),
    heads.map(() => randomUUID()),
    await decideAll(tx, heads),
    runtime_id,
    boot_id,
    lease,
  )
}

function eventsOf({ task, session, seq, access_version }: ClaimedHead): LoggedEvent[] {
  const { id: session_id, worktree_id } = session
  const place = { event: 'patched' as const, session_id, worktree_id, access_version }
  return [
    { ...place, service: 'tasks', data: task, seq: seq - 1 },
    { ...place, service: 'sessions', data: session, seq },
  ]
}

/** The resume decision of each head, in their order, as JSON. A look-up that fails fails the claim: never silently fresh. */
async function decideAll(tx: Tx, heads: Head[]): Promise<string[]> {
  const sessions = heads.map(({ session_id }) => session_id)
  const sources = heads.some(({ forked }) => forked) ? await forkSourcesOf(tx, sessions) : []
  return heads.map((head) => {
    const source = sources.find(({ session_id }) => session_id === head.session_id)
    if (source) return JSON.stringify(decideFork(source, head))
    return JSON.stringify(
      decideResume({
        fresh: head.fresh,
        runtime_id: head.runtime_id,
        pointer: { agent_session_id: head.agent_session_id, runtime_id: head.agent_session_runtime_id },
        conversations: head.conversations,
        work_dir: head.work_dir,
      }),
    )
  })
}
