import type { FailureReason } from '@yardmaster/protocol'

/** Why an attempt ends as failed or timed out. The message is for people and says what to do. */
export class Failure extends Error {
  override readonly name = 'Failure'

  constructor(
    readonly reason: FailureReason,
    message: string,
    readonly detail?: string,
  ) {
    super(message)
  }
}

/** The run is to stop, because somebody asked for it. */
export class Stopped extends Error {
  override readonly name = 'Stopped'
}

/** The daemon lets this attempt say nothing more: a newer one holds the task, it ended, or the token is void. */
export class Lost extends Error {
  override readonly name = 'Lost'
}
