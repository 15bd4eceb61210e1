import type { Assignment, Run } from '@yardmaster/protocol'
import { claim, heartbeat, type RuntimeDescription, registerRuntime } from '@yardmaster/runtime'
import { presentRuntime } from '@yardmaster/store'
import { openIdentity } from '../../environment/identity.js'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { everything } from '../../lists/scope.js'
import type { Yard } from '../../yard.js'

interface Boot {
  id: string
  boot_id: string
  runs: Run[]
}

/** Hosts that run executors. */
export class Runtimes {
  constructor(private readonly yard: Yard) {}

  find({ query = {} }: CallParams) {
    return list(this.yard.db, query, { table: 'runtimes', present: presentRuntime, scope: everything })
  }

  async get(_id: string, { target }: CallParams) {
    return rowOf(target)
  }

  register({ runs, ...description }: RuntimeDescription & Boot) {
    return registerRuntime(this.yard.ledger, description, runs)
  }

  heartbeat(beat: Boot & { homes?: string[] }) {
    return heartbeat(this.yard.ledger, beat, this.yard.limits)
  }

  async claim({ id, boot_id, slots, runs }: Boot & { slots: number }): Promise<{ runs: Assignment[] }> {
    const claimed = await claim(this.yard.ledger, {
      runtime_id: id,
      boot_id,
      slots,
      known: runs.map(({ task_id }) => task_id),
      lease: this.yard.limits.dispatched,
    })
    return {
      runs: claimed.map(({ nonce, identity, ...assignment }) => ({
        ...assignment,
        identity: openIdentity(this.yard.sealer, identity),
        token: this.yard.tokens.forExecutor({
          task_id: assignment.task.id,
          session_id: assignment.session.id,
          attempt: assignment.task.attempt,
          nonce,
        }),
      })),
    }
  }
}
