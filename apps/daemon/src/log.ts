import type { Log } from './yard.js'

/** One line per entry, with its time, on a stream. */
export function createLog(out: NodeJS.WritableStream): Log {
  const write = (level: string, line: string) =>
    void out.write(`${new Date().toISOString()} ${level} ${line}\n`)
  return {
    info: (line) => write('info', line),
    warn: (line) => write('warn', line),
    error: (line, error) => write('error', error === undefined ? line : `${line}: ${describe(error)}`),
  }
}

const describe = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)
