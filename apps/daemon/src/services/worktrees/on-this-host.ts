import { YardmasterError } from '@yardmaster/protocol'
import type { Yard } from '../../yard.js'

/**
 * Lets only calls through whose files this daemon can reach: several daemons serve one database, each from a host of its
 * own, and the same path elsewhere is another directory or none.
 *
 * @throws OTHER_HOST
 */
export function onThisHost(yard: Yard, { runtime_id }: { runtime_id: string }): void {
  if (runtime_id !== yard.runtime_id) throw new YardmasterError('OTHER_HOST')
}
