import { abilityFor, may } from '@yardmaster/policy'
import { type Session, YardmasterError } from '@yardmaster/protocol'
import { type NewSession, spawnSession } from '@yardmaster/runtime'
import { type CallParams, rowOf } from '../../hooks/context.js'
import type { App, Yard } from '../../yard.js'
import { userOf } from '../user-of.js'
import { inPlace } from './new-place.js'

type SpawnData = Partial<Omit<NewSession, 'worktree_id'>> & {
  prompt: string
  worktree?: 'same' | 'new'
  name?: string
  notify_parent?: boolean
}

/**
 * A session that this one brings forth, prompted at once. What is not named is as the parent has it.
 *
 * @throws FORBIDDEN when the parent is to be told and the caller may not prompt it; SPAWN_TOO_DEEP, TOO_MANY_CHILDREN,
 *   and as `inPlace`
 */
export async function spawn(app: App, yard: Yard, data: SpawnData, params: CallParams): Promise<object> {
  const parent = rowOf<Session>(params.target)
  const { prompt, worktree = 'same', name, notify_parent, ...chosen } = data
  // What a child tells becomes a prompt of the parent.
  const mayPrompt = may(
    abilityFor('user', params.caller.user?.role ?? null),
    'prompt',
    'sessions',
    params.facts,
  )
  if (notify_parent && !mayPrompt) throw new YardmasterError('FORBIDDEN')
  const sameHarness = !chosen.harness || chosen.harness === parent.harness
  const { harness, model, mode, config, permission_mode, request_expiry } = parent
  const session = {
    ...{ harness, permission_mode, request_expiry },
    ...(sameHarness ? { model, mode, config } : {}),
    ...chosen,
  }
  const place = { worktree, name, label: 'spawn', snapshot: null }
  return inPlace(app, yard, parent, params, place, (tx, worktree_id) =>
    spawnSession(
      yard.ledger,
      tx,
      userOf(params.principal) as string,
      parent.id,
      { ...session, worktree_id },
      { prompt, notify: notify_parent ?? mayPrompt },
    ),
  )
}
