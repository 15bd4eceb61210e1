import { createECDH } from 'node:crypto'
import type { Settings } from '@yardmaster/protocol'
import type { Queryable } from '@yardmaster/store'
import { StartFailure } from '../start/failure.js'
import { pushKey } from '../start/home.js'
import { shareKey } from '../start/keys.js'

/** What pushes are signed with (VAPID, RFC 8292), and where they may go. */
export interface Push {
  /** Browsers subscribe with it; base64url. */
  public_key: string
  private_key: string
  /** Whom a push service may turn to: a `https:` or `mailto:` address. */
  subject: string
  to_loopback: boolean
}

/**
 * The key of this home, which all daemons of a database share: browsers subscribe to one key, and are told by no other.
 *
 * @throws StartFailure where the file holds no key, or other daemons on this database have another one
 */
export async function openPush(
  on: Queryable,
  { home, redis_url, public_url }: Settings,
  to_loopback: boolean,
): Promise<Push> {
  const secret = (await pushKey(home)).trim()
  const public_key = publicKeyOf(secret)
  await shareKey(on, 'push.key', secret, redis_url !== null)
  const subject = public_url?.startsWith('https:') ? public_url : 'mailto:nobody@example.com'
  return { public_key, private_key: secret, subject, to_loopback }
}

function publicKeyOf(secret: string): string {
  const pair = createECDH('prime256v1')
  try {
    pair.setPrivateKey(secret, 'base64url')
    return pair.getPublicKey('base64url')
  } catch {
    throw new StartFailure(
      'push.key in the home does not hold a key: put the one back that was there, or remove the file; browsers then subscribe anew.',
    )
  }
}
