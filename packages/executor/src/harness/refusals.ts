import type { FailureReason } from '@yardmaster/protocol'
import { Failure } from '../failure.js'

/** JSON-RPC codes to which ACP gives a meaning. */
const SIGN_IN_NEEDED = -32000
const NOT_FOUND = -32002

/** An error as a harness answers it. */
interface Refusal {
  code?: unknown
  message?: unknown
  data?: unknown
}

/**
 * What the words of model providers mean, first match wins. Harnesses pass them on within internal errors, so that
 * there is no code to go by.
 */
const words: [RegExp, FailureReason][] = [
  [
    /prompt is too long|context[ _-]?(length|window|overflow|limit)|maximum context|too many tokens/i,
    'context_overflow',
  ],
  [
    /auth(entication)?[ _-](required|error|failed)|unauthori[sz]ed|not (logged|signed) in|(invalid|missing|no) api[ _-]?key/i,
    'sign_in_needed',
  ],
  [/invalid_request(_error)?\b/i, 'invalid_request'],
  [
    /ECONN|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EPIPE|fetch failed|socket hang up|network|timed? ?out|overloaded|rate[ _-]?limit/i,
    'network',
  ],
  [/\b(status|http|code|error)\W{0,4}(code)?\W{0,4}(429|5\d\d)\b/i, 'network'],
]

/** The failure that an error of a harness is. */
export function failureOf(error: unknown, hide: (text: string) => string): Failure {
  const { code, message, data } = (error ?? {}) as Refusal
  const text = hide(String(message ?? error))
  const detail = data === undefined ? undefined : hide(typeof data === 'string' ? data : JSON.stringify(data))
  if (code === SIGN_IN_NEEDED)
    return new Failure('sign_in_needed', `The agent asks to be signed in: ${text}`, detail)
  const said = `${text} ${detail ?? ''}`
  const reason = words.find(([pattern]) => pattern.test(said))?.[1] ?? 'harness_failed'
  return new Failure(reason, `The agent answered with an error: ${text}`, detail)
}

/** Whether a harness says that it does not know the conversation. */
export function isSessionUnknown(error: unknown): boolean {
  const { code, message, data } = (error ?? {}) as Refusal
  if (code === NOT_FOUND) return true
  const said = `${message} ${JSON.stringify(data)}`
  return /(no such|unknown) (session|conversation)|no (session|conversation) found|(session|conversation)\b.{0,60}not found/i.test(
    said,
  )
}

export const needsSignIn = (error: unknown): boolean => (error as Refusal | null)?.code === SIGN_IN_NEEDED
