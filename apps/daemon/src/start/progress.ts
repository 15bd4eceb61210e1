import { createColors } from 'picocolors'

export interface Progress {
  /** Runs a step and says how it went and how long it took. */
  step<T>(name: string, work: () => Promise<T>, outcome: (result: T) => string): Promise<T>
  say(line: string): void
}

/** Progress for people, on a stream of lines: a step that takes long is named while it runs. */
export function createProgress(out: NodeJS.WriteStream | NodeJS.WritableStream): Progress {
  const live = 'isTTY' in out && Boolean(out.isTTY)
  const { green, dim } = createColors(live)
  return {
    async step(name, work, outcome) {
      const since = performance.now()
      if (live) out.write(dim(`· ${name} …`))
      const result = await work().finally(() => live && out.write('\r\x1b[K'))
      const seconds = ((performance.now() - since) / 1000).toFixed(1)
      out.write(`${green('✓')} ${name} ${outcome(result)} ${dim(`(${seconds} s)`)}\n`)
      return result
    },
    say: (line) => void out.write(`${line}\n`),
  }
}

/** For tests and other silent starts. */
export const silent: Progress = { step: (_name, work) => work(), say: () => undefined }
