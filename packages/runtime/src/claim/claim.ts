import { randomUUID } from 'node:crypto'
import type { Tx } from '@yardmaster/store'
import type { Ledger, LoggedEvent } from '../ledger/ledger.js'
import { conversationsOf } from '../resume/conversations.js'
import { decideResume } from '../resume/decide.js'
import { decideFork, forkSourcesOf } from '../resume/fork.js'
import { holdBoot } from '../runtimes/boot.js'
import { type Claimed, describeClaims } from './assignment.js'
import { type ClaimedHead, claimHeads } from './claim-heads.js'
import { lockWorktrees } from './lock-worktrees.js'
import { type Head, pickHeads } from './pick-heads.js'
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
 * Gives a runtime the work it may begin, in one transaction: worktrees are locked first, heads are chosen in a fresh
 * snapshot, then taken by one guarded statement. Claims whose answer was lost come first. A head that the runtime cannot
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
    await holdBoot(tx, offer.runtime_id, offer.boot_id)
    const again = await offerAgain(tx, offer)
    const heads = await chooseHeads(tx, offer.runtime_id, offer.slots - again.length)
    const fit = heads.filter(({ unfit }) => !unfit)
    const taken = await take(tx, fit, offer)
    const events = taken.flatMap(eventsOf)
    // In id order, like every other lock of more than one session.
    for (const head of heads.filter(({ unfit }) => unfit).sort(bySession))
      events.push(...(await refuseHead(tx, head)))
    tx.afterCommit(() => ledger.publish(events))
    const ids = [...again, ...taken.map(({ id }) => id)]
    return { runs: ids.length > 0 ? await describeClaims(tx, ids) : [], missed: taken.length < fit.length }
  })
}

const bySession = (a: Head, b: Head): number => (a.session_id < b.session_id ? -1 : 1)

async function chooseHeads(tx: Tx, runtime_id: string, slots: number): Promise<Head[]> {
  if (slots <= 0) return []
  const worktrees = await lockWorktrees(tx, runtime_id, slots)
  const ids = worktrees.map(({ id }) => id)
  return worktrees[0] ? pickHeads(tx, runtime_id, ids, worktrees[0].room) : []
}

async function take(tx: Tx, heads: Head[], { boot_id, lease }: ClaimOffer): Promise<ClaimedHead[]> {
  if (heads.length === 0) return []
  return claimHeads(
    tx,
    heads.map(({ id }) => id),
    heads.map(({ session_id }) => session_id),
    heads.map(({ last_seq }) => last_seq),
    heads.map(() => randomUUID()),
    await decideAll(tx, heads),
    boot_id,
    lease,
  )
}

function eventsOf({
  session_id,
  worktree_id,
  access_version,
  seq,
  task,
  session,
}: ClaimedHead): LoggedEvent[] {
  const place = { event: 'patched' as const, session_id, worktree_id, access_version }
  return [
    { ...place, service: 'tasks', data: task, seq: seq - 1 },
    { ...place, service: 'sessions', data: session, seq },
  ]
}

/** The resume decision of each head, in their order, as JSON. A look-up that fails fails the claim: never silently fresh. */
async function decideAll(tx: Tx, heads: Head[]): Promise<string[]> {
  const sessions = heads.map(({ session_id }) => session_id)
  const known = await conversationsOf(tx, sessions)
  const sources = heads.some(({ forked }) => forked) ? await forkSourcesOf(tx, sessions) : []
  return heads.map((head) => {
    const source = sources.find(({ session_id }) => session_id === head.session_id)
    if (source) return JSON.stringify(decideFork(source, head))
    return JSON.stringify(
      decideResume({
        fresh: head.fresh,
        runtime_id: head.runtime_id,
        pointer: { agent_session_id: head.agent_session_id, runtime_id: head.agent_session_runtime_id },
        conversations: known.filter(({ session_id }) => session_id === head.session_id),
        work_dir: head.work_dir,
      }),
    )
  })
}
