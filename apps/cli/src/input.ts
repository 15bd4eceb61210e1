import { text } from 'node:stream/consumers'
import { CommandError, usageError } from './failures.js'

/** All of standard input. */
export const readInput = (): Promise<string> => text(process.stdin)

/**
 * A secret: asked for on a terminal without showing it, else the first line of standard input. Never an
 * argument, which every user of the machine could read.
 *
 * @throws CommandError when there is none, or Ctrl-C was pressed
 */
export async function readSecret(label: string): Promise<string> {
  const secret = process.stdin.isTTY ? await ask(label) : (await readInput()).split(/\r?\n/)[0]
  if (!secret) throw usageError(`${label} is missing: type it, or give it on standard input.`)
  return secret
}

function ask(label: string): Promise<string> {
  const { stdin, stderr } = process
  return new Promise((resolve, reject) => {
    let typed = ''
    const end = (settle: () => void) => {
      stdin.off('data', onData)
      stdin.setRawMode(false)
      stdin.pause()
      stderr.write('\n')
      settle()
    }
    const onData = (data: string) => {
      for (const key of data) {
        if (key === '\r' || key === '\n') return end(() => resolve(typed))
        if (key === '\x03' || key === '\x04')
          return end(() => reject(new CommandError('Nothing was entered.')))
        if (key === '\x7f' || key === '\b') typed = typed.slice(0, -1)
        else if (key >= ' ') typed += key
      }
    }
    stdin.setEncoding('utf8')
    stdin.setRawMode(true)
    stdin.resume()
    stdin.on('data', onData)
    stderr.write(`${label}: `) // only now: what is typed after it is not shown any more
  })
}
