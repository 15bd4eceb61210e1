/** Why the daemon does not start: one line that says what to do. */
export class StartFailure extends Error {
  override readonly name = 'StartFailure'
}
