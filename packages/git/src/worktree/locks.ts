import { setTimeout } from 'node:timers/promises'
import { GitError } from '../errors.js'

const ATTEMPTS = 10
const FIRST_PAUSE = 20

/** git's words for "another git is at it": a lock file, or a worktree's record that is half written. */
const BUSY =
  /\.lock': File exists|could not lock|failed to read .*\/(commondir|gitdir)|unable to read gitdir/i

/** Runs a git call again while another git holds a lock in the same repository: about 10 s in all. */
export async function retryLocked<T>(call: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call()
    } catch (error) {
      if (attempt === ATTEMPTS || !(error instanceof GitError) || !BUSY.test(error.stderr)) throw error
      // Uneven, so that those who met once do not meet again.
      await setTimeout(FIRST_PAUSE * 2 ** (attempt - 1) * (0.5 + Math.random() / 2))
    }
  }
}
