import type { Settings } from '@yardmaster/protocol'
import { type Db, noteEnvironmentKey, onlyRow } from '@yardmaster/store'
import { createSealer, type Sealer } from '../environment/sealer.js'
import type { Log } from '../yard.js'
import { environmentKey } from './home.js'
import { shareKey } from './keys.js'

/**
 * What seals people's environment entries, by the key of this home. With another key than before the daemon starts all
 * the same, and says how many entries it cannot read.
 *
 * @throws StartFailure where the file holds no key, or other daemons on this database have another one
 */
export async function openSealer(db: Db, { home, redis_url }: Settings, log: Log): Promise<Sealer> {
  const key = await environmentKey(home)
  const secret = key.toString('base64url')
  await shareKey(db, 'environment.key', secret, redis_url !== null)
  const sealer = createSealer(key)
  const { unreadable } = onlyRow(await noteEnvironmentKey(db, sealer.key_id))
  if (unreadable > 0)
    log.warn(
      `${unreadable} environment entries were sealed with another environment.key and cannot be read; put that file back, or have them set again.`,
    )
  return sealer
}
