import { randomUUID } from 'node:crypto'
import type { Tx } from '@yardmaster/store'
import type { Ledger, LoggedEvent } from '../ledger/ledger.js'
import { decideResume } from '../resume/decide.js'
import { decideFork, forkSourcesOf } from '../resume/fork.js'
import { type Claimed, claimedOf } from './assignment.js'
import { type ClaimedHead, claimHeads } from './claim-heads.js'
import { lockWorktrees, type WaitingHead } from './lock-worktrees.js'
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
    const again = await offerAgain(tx, offer)
    const heads = await chooseHeads(tx, offer.runtime_id, offer.slots - again.length)
    const fit = heads.filter(({ unfit }) => !unfit)
    const taken = await take(tx, fit, offer)
    const events = taken.flatMap(eventsOf)
    // In id order, like every other lock of more than one session.
    for (const head of heads.filter(({ unfit }) => unfit).sort(bySession))
      events.push(...(await refuseHead(tx, head)))
    tx.afterCommit(() => ledger.publish(events))
    return { runs: [...again, ...taken.map(claimedOf)], missed: taken.length < fit.length }
  })
}

const bySession = (a: Head, b: Head): number => (a.session_id < b.session_id ? -1 : 1)

async function chooseHeads(tx: Tx, runtime_id: string, slots: number): Promise<Head[]> {
  if (slots <= 0) return []
  const found = await findWaiting(tx, runtime_id, slots)
  if (!found[0]) return []
  return pickHeads(
    tx,
    runtime_id,
    found.map(({ session_id }) => session_id),
    found[0].room,
  )
}

/** Waiting heads for as many slots, as far as there are: of those in one worktree only one can be taken, unless writers are parallel. */
async function findWaiting(tx: Tx, runtime_id: string, slots: number): Promise<WaitingHead[]> {
  const found: WaitingHead[] = []
  for (let left = slots; left > 0; ) {
    const taken = new Set(found.filter(({ parallel }) => !parallel).map(({ worktree_id }) => worktree_id))
    const sessions = found.map(({ session_id }) => session_id)
    const more = await lockWorktrees(tx, runtime_id, left, [...taken], sessions)
    found.push(...more)
    // There are no more.
    if (!more[0] || more.length < more[0].room) break
    left = (found[0] as WaitingHead).room - places(found)
  }
  return found
}

/** How many of them can run at once. */
const places = (heads: WaitingHead[]): number =>
  new Set(heads.map(({ parallel, session_id, worktree_id }) => (parallel ? session_id : worktree_id))).size

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
