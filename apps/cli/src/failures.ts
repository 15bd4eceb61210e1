import { codeOf, statusOf } from '@yardmaster/client'
import { SettingsError } from '@yardmaster/protocol'

/** A command that cannot go on. The message is one sentence that says what to do. */
export class CommandError extends Error {
  /** @param exitCode 1: it failed; 2: it was written wrongly */
  constructor(
    message: string,
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message)
  }
}

export const usageError = (message: string): CommandError => new CommandError(message, 2)

export const unreachable = (url: string): CommandError =>
  new CommandError(
    `No daemon answers at ${url}. Start it with \`yardmaster start\` (in a clone: \`npm start\`), or name another one with --url.`,
  )

/** Whether a call found nobody to answer it: fetch says no more than this, its cause is lost on the way. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof Error && error.message === 'fetch failed'

export interface Explanation {
  sentence: string
  /** From the daemon's error table, null where the failure is not the daemon's. */
  code: string | null
}

/** What to tell a person of a failure: never a stack, never SQL, always what to do next where we know it. */
export function explain(error: unknown): Explanation {
  if (error instanceof CommandError || error instanceof SettingsError)
    return { sentence: error.message, code: null }
  const code = codeOf(error)
  const sentence = error instanceof Error ? error.message : String(error)
  if (code === 'NOT_AUTHENTICATED')
    return { sentence: 'You are not signed in here any more: run `yardmaster login`.', code }
  if (code === null && statusOf(error) === null && error instanceof Error && 'className' in error)
    return {
      sentence: `What answers there is no Yardmaster daemon, or not a well one: ${sentence}`,
      code: null,
    }
  return { sentence, code }
}
