import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Command } from 'commander'
import { CommandError } from '../failures.js'
import { examples } from '../help.js'

export function addStart(program: Command, exitWith: (code: number) => void): void {
  program
    .command('start')
    .description('run the daemon here, until Ctrl-C')
    .action(async () => exitWith(await runDaemon()))
    .addHelpText(
      'after',
      examples(
        ['yardmaster start', 'on 127.0.0.1:3030, with its data in ~/.yardmaster'],
        ['YARDMASTER_PORT=4000 yardmaster start', 'on another port'],
        ['DATABASE_URL=postgres://… yardmaster start', 'on a Postgres of your own'],
      ),
    )
}

/** @returns the daemon's exit code */
function runDaemon(): Promise<number> {
  const main = join(dirname(createRequire(import.meta.url).resolve('@yardmaster/daemon')), 'main.js')
  if (!existsSync(main)) throw new CommandError('The daemon is not built yet: run `npm run build` first.')
  // In a process group of its own: Ctrl-C of the terminal reaches this program alone, which passes it on once.
  // Heard twice, it would force the daemon's end.
  const daemon = spawn(process.execPath, [main], { stdio: 'inherit', detached: true })
  const signals = { SIGINT: 'SIGINT', SIGTERM: 'SIGTERM', SIGHUP: 'SIGTERM' } as const
  for (const [heard, sent] of Object.entries(signals))
    process.on(heard, () => daemon.kill(sent as NodeJS.Signals))
  return new Promise((resolve, reject) => {
    daemon.once('error', reject)
    daemon.once('exit', (code) => resolve(code ?? 1))
  })
}
