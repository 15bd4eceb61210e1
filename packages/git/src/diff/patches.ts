const HEADER = Buffer.from('\ndiff --git ')

export interface Patch {
  text: string
  truncated: boolean
}

/**
 * Splits the output of `diff-tree --patch` into one patch per header, keeping at most `limit` bytes of
 * each, so that a huge diff is never held as a whole. A line that begins with `diff --git ` is a header and
 * nothing else: lines of content begin with a space, `+`, `-` or `\`, and names are quoted.
 */
export async function* splitPatches(chunks: AsyncIterable<Buffer>, limit: number): AsyncGenerator<Patch> {
  let pending: Buffer = Buffer.from('\n')
  let patch: Keeper | null = null
  for await (const chunk of chunks) {
    pending = Buffer.concat([pending, chunk])
    for (let at = pending.indexOf(HEADER); at >= 0; at = pending.indexOf(HEADER)) {
      patch?.add(pending.subarray(0, at + 1))
      if (patch !== null) yield patch.patch()
      patch = new Keeper(limit)
      patch.add(HEADER.subarray(1))
      pending = pending.subarray(at + HEADER.length)
    }
    // What is left may end in the middle of a header.
    const sure = Math.max(0, pending.length - HEADER.length + 1)
    patch?.add(pending.subarray(0, sure))
    pending = pending.subarray(sure)
  }
  if (patch === null) return
  patch.add(pending)
  yield patch.patch()
}

class Keeper {
  readonly #limit: number
  readonly #kept: Buffer[] = []
  #size = 0
  #truncated = false

  constructor(limit: number) {
    this.#limit = limit
  }

  add(bytes: Buffer): void {
    const room = this.#limit - this.#size
    if (bytes.length > room) this.#truncated = true
    if (room <= 0 || bytes.length === 0) return
    this.#kept.push(bytes.subarray(0, room))
    this.#size += Math.min(room, bytes.length)
  }

  patch(): Patch {
    const bytes = Buffer.concat(this.#kept)
    // Cut at the end of a line where there is one, so that no character and no line is cut in two.
    const whole = this.#truncated ? bytes.lastIndexOf('\n') + 1 || bytes.length : bytes.length
    return { text: bytes.toString('utf8', 0, whole), truncated: this.#truncated }
  }
}
