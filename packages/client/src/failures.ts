import { convert } from '@feathersjs/errors'
import { type ErrorCode, isErrorCode } from '@yardmaster/protocol'

/** The code of the daemon's error table that a failed call carries, or null where the daemon did not answer. */
export function codeOf(error: unknown): ErrorCode | null {
  const code = (error as { data?: { code?: unknown } } | null)?.data?.code
  return isErrorCode(code) ? code : null
}

/** The HTTP status of a failed call, or null where no answer came. */
export function statusOf(error: unknown): number | null {
  const { code, className } = (error ?? {}) as { code?: unknown; className?: unknown }
  return typeof code === 'number' && typeof className === 'string' && codeOf(error) ? code : null
}

/**
 * Whether a later try of the same call may succeed: nobody answered, or the answer was 408, 429 or 5xx from a
 * proxy or from the daemon.
 */
export function isPassing(error: unknown): boolean {
  const status = statusOf(error)
  return status === null || status === 408 || status === 429 || status >= 500
}

/** Why the daemon refused a socket, as a failed call would say it; the error itself where the daemon did not answer. */
export function refusalOf(error: Error): Error {
  const { data } = error as { data?: unknown }
  return data ? convert(data) : error
}

export interface Persistence {
  /** Ends the waiting; the last failure is thrown. */
  signal?: AbortSignal
  /** Milliseconds before the second try, doubled up to `longest`. Default 100. */
  first?: number
  /** Milliseconds between later tries at most. Default 5000. */
  longest?: number
  onRetry?(error: unknown): void
}

/**
 * Repeats a call until it is answered for good. The call must be safe to repeat: it names its row by an id or a
 * client id.
 *
 * @throws the first failure that no repeating can mend (4xx other than 408 and 429)
 */
export async function persist<T>(call: () => Promise<T>, options: Persistence = {}): Promise<T> {
  const { signal, first = 100, longest = 5000, onRetry } = options
  for (let wait = first; ; wait = Math.min(wait * 2, longest)) {
    try {
      return await call()
    } catch (error) {
      if (!isPassing(error) || signal?.aborted) throw error
      onRetry?.(error)
      await pause(wait * (0.75 + Math.random() / 2), signal)
    }
  }
}

/** Milliseconds of rest, cut short by the signal. */
function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, milliseconds)
    signal?.addEventListener('abort', done)
  })
}
