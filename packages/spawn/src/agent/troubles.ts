/** Tells each trouble once, however often it is met, and once more when it is over. */
export class Troubles {
  readonly #present = new Map<string, string>()

  constructor(private readonly log: (line: string) => void) {}

  /** @param what is troubled, like `heartbeat`; one trouble of it stands at a time */
  met(what: string, error: unknown): void {
    const line = describe(error)
    if (this.#present.get(what) === line) return
    this.#present.set(what, line)
    this.log(`${what}: ${line}`)
  }

  over(what: string): void {
    if (this.#present.delete(what)) this.log(`${what}: works again`)
  }
}

/** An error as one line. */
export function describe(error: unknown): string {
  const { message, cause } = error instanceof Error ? error : new Error(String(error))
  const deeper = cause instanceof Error ? ` (${cause.message})` : ''
  return `${message}${deeper}`.replace(/\s+/g, ' ').trim()
}
