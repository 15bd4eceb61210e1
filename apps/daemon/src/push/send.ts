import { request as overHttp } from 'node:http'
import { request as overTls } from 'node:https'
import type { PushMessage } from '@yardmaster/protocol'
import type { Told } from '@yardmaster/store'
import { generateRequestDetails } from 'web-push'
import { guardedLookup } from './addresses.js'
import { mayConnectTo } from './check-subscription.js'
import type { Push } from './push.js'

/** Seconds that a push service keeps it for a browser that is away: what is older is no news. */
const TTL = 4 * 3_600
/** Milliseconds for a push service to take it. */
const PATIENCE = 10_000
/** Characters of a session's title. */
const TITLE = 120

/**
 * Sends one push, encrypted for the browser. What the service answers is not read, and followed nowhere.
 *
 * @returns the status of the answer
 * @throws where nothing answers, or where the endpoint leads to an address that is not allowed
 */
export async function send(told: Told, push: Push, signal: AbortSignal): Promise<number> {
  const { notice, session_id, title } = told
  const message: PushMessage = { notice, session_id, title: title?.slice(0, TITLE) ?? null }
  const url = new URL(told.endpoint)
  if (!mayConnectTo(url, push.to_loopback))
    return Promise.reject(new Error('It is no address of the internet'))
  const { headers, body } = generateRequestDetails(
    { endpoint: told.endpoint, keys: { p256dh: told.p256dh, auth: told.auth_secret } },
    JSON.stringify(message),
    {
      TTL,
      urgency: notice === 'finished' ? 'normal' : 'high',
      // Of one session only the newest waits for a browser that is away.
      topic: session_id.replaceAll('-', ''),
      vapidDetails: {
        subject: push.subject,
        publicKey: push.public_key,
        privateKey: push.private_key,
      },
    },
  )
  const request = url.protocol === 'https:' ? overTls : overHttp
  return new Promise((resolve, reject) => {
    request(
      url,
      {
        method: 'POST',
        headers,
        agent: false,
        lookup: guardedLookup(push.to_loopback),
        signal: AbortSignal.any([signal, AbortSignal.timeout(PATIENCE)]),
      },
      (answer) => {
        answer.destroy()
        resolve(answer.statusCode ?? 0)
      },
    )
      .on('error', reject)
      .end(body)
  })
}
