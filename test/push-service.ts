import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { PushMessage, PushSubscriptionCreate } from '@yardmaster/protocol'
import { until } from './faults/kit/until'

/** What came for a browser, as it could read it. */
export interface Received {
  message: PushMessage
  headers: IncomingHttpHeaders
}

/** A browser that has subscribed at a push service. */
export interface Subscriber {
  subscription: PushSubscriptionCreate
  received: Received[]
  /** What the push service answers from now on; 201 at first. */
  answer(status: number): void
  /** Waits for so many pushes. */
  count(so_many: number): Promise<Received[]>
}

/** A push service on loopback: browsers subscribe, and what comes for them is decrypted as browsers do (RFC 8291). */
export async function openPushService() {
  const subscribers = new Map<string, (body: Buffer, headers: IncomingHttpHeaders) => number>()
  const server = createServer(async (request, answer) => {
    const chunks = await request.toArray()
    const status = subscribers.get(request.url ?? '')?.(Buffer.concat(chunks), request.headers) ?? 404
    answer.writeHead(status).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url,
    subscribe(): Subscriber {
      const pair = createECDH('prime256v1')
      const p256dh = pair.generateKeys()
      const auth = randomBytes(16)
      const path = `/${randomBytes(12).toString('hex')}`
      const received: Received[] = []
      let status = 201
      subscribers.set(path, (body, headers) => {
        received.push({ message: JSON.parse(decrypt(body, pair, p256dh, auth)), headers })
        return status
      })
      return {
        subscription: {
          endpoint: url + path,
          keys: { p256dh: p256dh.toString('base64url'), auth: auth.toString('base64url') },
        },
        received,
        answer(now) {
          status = now
        },
        count: (so_many) => until(() => received.length >= so_many && received),
      }
    },
    async close() {
      server.close()
      await once(server, 'close')
    },
  }
}

type Pair = ReturnType<typeof createECDH>

function decrypt(body: Buffer, pair: Pair, own: Buffer, auth: Buffer): string {
  const salt = body.subarray(0, 16)
  const length = body.readUInt8(20)
  const theirs = body.subarray(21, 21 + length)
  const info = Buffer.concat([Buffer.from('WebPush: info\0'), own, theirs])
  const secret = Buffer.from(hkdfSync('sha256', pair.computeSecret(theirs), auth, info, 32))
  const derive = (what: string, bytes: number) =>
    Buffer.from(hkdfSync('sha256', secret, salt, `Content-Encoding: ${what}\0`, bytes))
  const sealed = body.subarray(21 + length)
  const decipher = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12))
  decipher.setAuthTag(sealed.subarray(-16))
  const padded = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()])
  return padded.subarray(0, padded.lastIndexOf(2)).toString()
}

/** Whom a push says that it is from, if its signature holds (RFC 8292). */
export function signedBy({ authorization = '' }: IncomingHttpHeaders): { key: string; aud: string } {
  const [, token = '', key = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(authorization) ?? []
  const [header, claims, signature = ''] = token.split('.')
  const point = Buffer.from(key, 'base64url')
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString('base64url'))
  const holds = verify(
    'sha256',
    Buffer.from(`${header}.${claims}`),
    {
      key: createPublicKey({ key: { kty: 'EC', crv: 'P-256', x: x!, y: y! }, format: 'jwk' }),
      dsaEncoding: 'ieee-p1363',
    },
    Buffer.from(signature, 'base64url'),
  )
  if (!holds) throw new Error('The signature does not hold')
  return { key, aud: JSON.parse(Buffer.from(claims ?? '', 'base64url').toString()).aud }
}
