/** What is kept of one command's output, in bytes: half from its beginning, half from its end. */
export const OUTPUT_LIMIT = 64 * 1024

/**
 * The output of a command, kept to {@link OUTPUT_LIMIT} bytes however much is written. Both ends are
 * kept, because the beginning says what ran and the end says why it failed.
 *
 * ACP replaces a tool call's content with each update, so this bounds every single update too. 64 KiB
 * stays below 1 MiB on the wire even when each byte becomes a six-character JSON escape.
 */
export class Output {
  #head = Buffer.alloc(0)
  #tail = Buffer.alloc(0)
  #cut = 0

  constructor(readonly limit: number = OUTPUT_LIMIT) {}

  /** Bytes kept now. */
  get size(): number {
    return this.#head.length + this.#tail.length
  }

  append(chunk: Buffer): void {
    const half = Math.floor(this.limit / 2)
    const room = half - this.#head.length
    if (room > 0) this.#head = Buffer.concat([this.#head, chunk.subarray(0, room)])
    if (chunk.length <= room) return
    const tail = Buffer.concat([this.#tail, chunk.subarray(Math.max(room, 0))])
    const over = Math.max(tail.length - half, 0)
    this.#cut += over
    this.#tail = Buffer.from(tail.subarray(over))
  }

  /**
   * The text so far. Bytes that are no UTF-8 become U+FFFD; a character of which only the first bytes
   * have come yet is left out, unless the output has ended.
   */
  text(ended: boolean): string {
    if (this.#cut === 0) return decode(Buffer.concat([this.#head, this.#tail]), ended)
    const tail = this.#tail.subarray(continuationBytes(this.#tail))
    return `${decode(this.#head, false)}\n[… ${this.#cut} bytes cut …]\n${decode(tail, ended)}`
  }
}

function decode(bytes: Buffer, ended: boolean): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: !ended })
}

function continuationBytes(bytes: Buffer): number {
  const first = bytes.subarray(0, 3).findIndex((byte) => (byte & 0xc0) !== 0x80)
  return Math.max(first, 0)
}
