import { CommanderError } from 'commander'
import { CommandError, explain } from './failures.js'
import { brief, paint } from './output/text.js'
import { makeProgram } from './program.js'

/**
 * Runs one command line.
 *
 * @param args without node and script
 * @returns the exit code: 0, 1 when the command failed, 2 when it was written wrongly
 */
export async function main(args: string[]): Promise<number> {
  let exitCode = 0
  const program = makeProgram((code) => {
    exitCode = code
  })
  try {
    await program.parseAsync(args, { from: 'user' })
  } catch (error) {
    // commander has printed its own errors already, help included
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    const { sentence, code } = explain(error)
    const color = paint(process.stderr)
    process.stderr.write(
      `${color.red('error:')} ${brief(sentence)}${code ? ` ${color.dim(`(${code})`)}` : ''}\n`,
    )
    return error instanceof CommandError ? error.exitCode : 1
  }
  return exitCode
}
