import { randomUUID } from 'node:crypto'
import type { Tx } from '@yardmaster/store'
import type { Ledger, LoggedEvent } from '../ledger/ledger.js'
import { conversationsOf } from '../resume/conversations.js'
import { decideResume } from '../resume/decide.js'
import { decideFork, forkSourcesOf } from '../resume/fork.js'
import { holdBoot } from '../runtimes/boot.js'
import { type Claimed, describeClaims } from './assignment.js'
import { type ClaimedTask, claimTasks, openFences } from './claim-tasks.js'
import { lockWorktrees } from './lock-worktrees.js'
import { type Head, pickHeads } from './pick-heads.js'
import { refuseHead } from './refuse.js'
import { offerAgain } from './reoffer.js'
import { type TakenSession, takeSessions, untakeSessions } from './take-sessions.js'

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
 * snapshot, then their sessions are locked in id order and the heads taken by one guarded update. Claims whose answer
 * was lost come first. A head that the runtime cannot run ends at once.
 *
 * @throws FENCED when another boot has taken this runtime's place
 */
export function claim(ledger: Ledger, offer: ClaimOffer): Promise<Claimed[]> {
  return ledger.db.transaction(async (tx) => {
    await holdBoot(tx, offer.runtime_id, offer.boot_id)
    const again = await offerAgain(tx, offer)
    const heads = await chooseHeads(tx, offer.runtime_id, offer.slots - again.length)
    const { taken, events } = await take(
      tx,
      heads.filter(({ unfit }) => !unfit),
      offer,
    )
    // In id order, like every other lock of more than one session.
    for (const head of heads.filter(({ unfit }) => unfit).sort(bySession))
      events.push(...(await refuseHead(tx, head)))
    tx.afterCommit(() => ledger.publish(events))
    const ids = [...again, ...taken]
    return ids.length > 0 ? describeClaims(tx, ids) : []
  })
}

const bySession = (a: Head, b: Head): number => (a.session_id < b.session_id ? -1 : 1)

async function chooseHeads(tx: Tx, runtime_id: string, slots: number): Promise<Head[]> {
  if (slots <= 0) return []
  const worktrees = await lockWorktrees(tx, runtime_id, slots)
  const ids = worktrees.map(({ id }) => id)
  return worktrees[0] ? pickHeads(tx, runtime_id, ids, worktrees[0].room) : []
}

async function take(tx: Tx, heads: Head[], { boot_id, lease }: ClaimOffer) {
  const taken: string[] = []
  const events: LoggedEvent[] = []
  if (heads.length === 0) return { taken, events }
  const sessions = new Map(
    (
      await takeSessions(
        tx,
        heads.map(({ session_id }) => session_id),
      )
    ).map((session) => [session.id, session]),
  )
  const free = heads.filter(({ session_id }) => sessions.has(session_id))
  const placeOf = ({ session_id }: { session_id: string }) => sessions.get(session_id) as TakenSession
  const claimed = await claimTasks(
    tx,
    free.map(({ id }) => id),
    free.map(({ session_id }) => session_id),
    free.map((head) => placeOf(head).last_seq - 1),
    free.map(() => randomUUID()),
    await decideAll(tx, free),
    boot_id,
    lease,
  )
  const fenced = await openFences(
    tx,
    claimed.map(({ session_id }) => session_id),
    claimed.map(({ id }) => id),
    claimed.map(({ attempt }) => attempt),
  )
  await giveBack(tx, free, claimed)

  const wireOf = new Map(fenced.map(({ id, wire }) => [id, wire]))
  for (const task of claimed) {
    const { id: session_id, worktree_id, last_seq, access_version } = placeOf(task)
    const place = { event: 'patched' as const, session_id, worktree_id, access_version }
    events.push({ ...place, service: 'tasks', data: task.wire, seq: last_seq - 1 })
    events.push({ ...place, service: 'sessions', data: wireOf.get(session_id) as object, seq: last_seq })
    taken.push(task.id)
  }
  return { taken, events }
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

async function giveBack(tx: Tx, free: Head[], claimed: ClaimedTask[]): Promise<void> {
  const ids = new Set(claimed.map(({ session_id }) => session_id))
  const missed = free.map(({ session_id }) => session_id).filter((id) => !ids.has(id))
  if (missed.length > 0) await untakeSessions(tx, missed)
}
