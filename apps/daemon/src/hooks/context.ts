import type { HookContext, NextFunction, Params } from '@feathersjs/feathers'
import type { Facts } from '@yardmaster/policy'
import type { Principal } from '@yardmaster/protocol'
import type { Guard } from '@yardmaster/runtime'
import type { Caller, Loaded } from '@yardmaster/store'

/** What the hook chain finds out about a call, and the methods rely on. */
export interface CallParams extends Params {
  principal: Principal
  /** Where the call comes from, as far as that is known. */
  address?: string | null
  /** What the database says of the principal. */
  caller: Caller
  /** The row the call is about, or the one it is created under; absent for lists and for rows under nothing. */
  target?: Loaded
  facts: Facts
  /** Repeats this call's access check under the lock. */
  guard: Guard
}

export type Call = HookContext & { params: CallParams }
export type CallHook = (context: Call, next: NextFunction) => Promise<void>

/** The id a call names: its own, or that in the data of a custom method. */
export const idOf = (context: HookContext): unknown =>
  ['get', 'patch', 'remove'].includes(context.method) ? context.id : (context.data as { id?: unknown })?.id

/** The stored row of a call that is about one: the chain has refused every call without. */
export function rowOf<Row = Record<string, unknown>>(target: Loaded | undefined): Row {
  if (!target?.row) throw new Error('The call is about no row.')
  return target.row as Row
}
