import { randomUUID } from 'node:crypto'
import type { Tx } from '@yardmaster/store'
import { asSystem, type Ledger, type LoggedEvent, withSession } from '../ledger/ledger.js'
import { holdSession } from '../ledger/lock-session.js'
import { conversationsOf } from '../resume/conversations.js'
import { decideResume } from '../resume/decide.js'
import { openFence } from '../sessions/update-session.js'
import { type Claimed, describeClaims } from './assignment.js'
import { claimTask, lostClaims, reofferTask } from './claim-task.js'
import { lockWorktrees } from './lock-worktrees.js'
import { type Head, pickHeads } from './pick-heads.js'

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
 * Gives a runtime the work it may begin, in one transaction: worktrees are locked first, heads are chosen in a
 * fresh snapshot, each is taken by a guarded update under its session's lock. Claims whose answer was lost come first.
 */
export function claim(ledger: Ledger, offer: ClaimOffer): Promise<Claimed[]> {
  return ledger.db.transaction(async (tx) => {
    const again = await offerAgain(tx, offer)
    const room = offer.slots - again.length
    const heads = room > 0 ? await chooseHeads(tx, offer.runtime_id, room) : []
    const events: LoggedEvent[] = []
    const taken: string[] = []
    for (const head of heads) {
      const claimed = await withSession(tx, head.session_id, asSystem, 2, (session) =>
        take(session, head, offer),
      )
      events.push(...claimed.events)
      if (claimed.result) taken.push(head.id)
    }
    tx.afterCommit(() => ledger.publish(events))
    return describeClaims(tx, [...again, ...taken])
  })
}

async function chooseHeads(tx: Tx, runtime_id: string, room: number): Promise<Head[]> {
  const worktrees = await lockWorktrees(tx, runtime_id, room)
  if (worktrees.length === 0) return []
  return pickHeads(
    tx,
    runtime_id,
    worktrees.map(({ id }) => id),
    room,
  )
}

async function take(
  session: Parameters<typeof openFence>[0],
  head: Head,
  { boot_id, lease }: ClaimOffer,
): Promise<boolean> {
  const { executing_task_id, held_by_task_id, archived_at } = session.row
  if (executing_task_id || held_by_task_id || archived_at) return false
  const decision = JSON.stringify(
    decideResume({
      fresh: head.fresh,
      runtime_id: head.runtime_id,
      pointer: { agent_session_id: head.agent_session_id, runtime_id: head.agent_session_runtime_id },
      conversations: head.fresh ? [] : await conversationsOf(session.tx, head.session_id),
      work_dir: head.work_dir,
    }),
  )
  const wire = (await session.log('tasks', 'patched', (...at) =>
    claimTask(...at, head.id, boot_id, randomUUID(), lease, decision),
  )) as { attempt: number } | null
  if (!wire) return false
  await openFence(session, head.id, wire.attempt)
  return true
}

async function offerAgain(
  tx: Tx,
  { runtime_id, boot_id, known, slots, lease }: ClaimOffer,
): Promise<string[]> {
  const offered: string[] = []
  for (const { id, session_id } of (await lostClaims(tx, runtime_id, boot_id, known)).slice(0, slots)) {
    await holdSession(tx, session_id)
    if ((await reofferTask(tx, id, randomUUID(), lease)).length > 0) offered.push(id)
  }
  return offered
}
