import { createECDH } from 'node:crypto'
import { isIP } from 'node:net'
import { type PushSubscriptionCreate, YardmasterError } from '@yardmaster/protocol'
import { isAllowed } from './addresses.js'

/**
 * Whether something can be sent there at all: over TLS, to no address of the daemon's own networks, and encrypted for
 * whoever subscribed. A name is looked up when something is sent, since it may lead elsewhere by then.
 *
 * @throws PUSH_REFUSED
 */
export function checkSubscription(
  { endpoint, keys }: Pick<PushSubscriptionCreate, 'endpoint' | 'keys'>,
  to_loopback: boolean,
): void {
  if (!URL.canParse(endpoint)) throw new YardmasterError('PUSH_REFUSED')
  const url = new URL(endpoint)
  if (url.protocol !== 'https:' && !to_loopback) throw new YardmasterError('PUSH_REFUSED')
  if (url.username || url.password || !mayConnectTo(url, to_loopback))
    throw new YardmasterError('PUSH_REFUSED')
  if (!isPoint(keys.p256dh) || Buffer.from(keys.auth, 'base64url').length !== 16)
    throw new YardmasterError('PUSH_REFUSED')
}

/** For a host that is an address: nothing looks it up on the way. */
export function mayConnectTo({ hostname }: URL, to_loopback: boolean): boolean {
  const address = hostname.replace(/^\[|\]$/g, '')
  return isIP(address) === 0 || isAllowed(address, to_loopback)
}

/** Whether it is a public key on the curve that Web Push encrypts with. */
function isPoint(key: string): boolean {
  const point = Buffer.from(key, 'base64url')
  if (point.length !== 65) return false
  const pair = createECDH('prime256v1')
  pair.generateKeys()
  try {
    pair.computeSecret(point)
    return true
  } catch {
    return false
  }
}
