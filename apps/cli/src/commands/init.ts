import { mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { parseSettings } from '@yardmaster/protocol'
import type { Command } from 'commander'
import type { MakeContext } from '../context.js'
import { broken, type Check, checkLines } from '../doctor/check.js'
import { checkDatabase, checkGit, checkHome, checkNode } from '../doctor/host.js'
import { examples } from '../help.js'

export function addInit(program: Command, context: MakeContext): void {
  program
    .command('init')
    .description('make this host ready: its home, git and the database')
    .action(async (_options: object, command: Command) => {
      const asked = context(command)
      const settings = parseSettings(asked.env, homedir())
      const checks: Check[] = [
        checkNode(),
        await checkGit(),
        makeHome(settings.home),
        await asked.reach('looking', () => checkDatabase(settings)),
      ]
      const well = checks.every(({ state }) => state !== 'broken')
      asked.answer({ well, home: settings.home, checks }, () =>
        [
          checkLines(checks, asked.color),
          '',
          well
            ? 'Next: `yardmaster start` runs the daemon, and prints a link to sign in with.'
            : 'Mend what is marked ✗, then run this again.',
        ].join('\n'),
      )
      asked.exitWith(well ? 0 : 1)
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster init', 'in ~/.yardmaster'],
        ['YARDMASTER_HOME=/srv/yardmaster yardmaster init', 'elsewhere'],
      ),
    )
}

/** Others may not look in: it holds keys and the agents' work. */
function makeHome(home: string): Check {
  try {
    mkdirSync(home, { recursive: true, mode: 0o700 })
  } catch (error) {
    return broken('home', `${home} cannot be made: ${(error as Error).message}`)
  }
  return checkHome(home)
}
