/** The last bytes of a stream, for telling why its writer failed. */
export class Tail {
  #parts: Buffer[] = []
  #size = 0

  /** @param limit bytes kept */
  constructor(private readonly limit: number) {}

  append(part: Buffer): void {
    this.#parts.push(part)
    this.#size += part.length
    while (this.#size - (this.#parts[0]?.length ?? 0) >= this.limit) {
      this.#size -= this.#parts.shift()?.length ?? 0
    }
  }

  text(): string {
    const kept = Buffer.concat(this.#parts)
    return kept
      .subarray(Math.max(0, kept.length - this.limit))
      .toString('utf8')
      .trim()
  }
}
