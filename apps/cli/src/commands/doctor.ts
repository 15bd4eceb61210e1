import { homedir } from 'node:os'
import { exposure, parseSettings, type Setting, type Settings, shownSettings } from '@yardmaster/protocol'
import type { Command } from 'commander'
import type { Context, MakeContext } from '../context.js'
import { broken, type Check, checkLines, warning } from '../doctor/check.js'
import { checkDaemon, checkRuntimes } from '../doctor/daemon.js'
import { checkDatabase, checkGit, checkHome, checkNode } from '../doctor/host.js'
import { explain } from '../failures.js'
import { examples } from '../help.js'
import { type Column, table } from '../output/table.js'

const columns: Column<Setting>[] = [
  { title: 'NAME', value: ({ name }) => name },
  { title: 'FROM', value: ({ from }) => from },
  { title: 'VALUE', value: ({ value }) => value, width: 200 },
]

export function addDoctor(program: Command, context: MakeContext): void {
  program
    .command('doctor')
    .description('look whether everything is well, and show the settings in force')
    .action(async (_options: object, command: Command) => {
      const asked = context(command)
      const { settings, checks } = await asked.reach('looking', () => examine(asked))
      const well = checks.every(({ state }) => state !== 'broken')
      asked.answer({ well, settings, checks }, () =>
        [
          ...(settings ? [asked.color.bold('Settings'), table(settings, columns, asked.color.dim), ''] : []),
          asked.color.bold('Checks'),
          checkLines(checks, asked.color),
        ].join('\n'),
      )
      asked.exitWith(well ? 0 : 1)
    })
    .addHelpText(
      'after',
      `\nIt ends with exit code 1 if something is broken.\n${examples(
        ['yardmaster doctor', 'this host, and the daemon it finds'],
        ['yardmaster doctor --url https://yard.example.com', 'another daemon'],
      )}`,
    )
}

async function examine(asked: Context): Promise<{ settings: Setting[] | null; checks: Check[] }> {
  const [settings, problem] = readSettings(asked.env)
  const [git, database, daemon] = await Promise.all([
    checkGit(),
    settings ? checkDatabase(settings) : null,
    checkDaemon(asked.url),
  ])
  const reachable = daemon[0]?.state === 'ok'
  return {
    settings: settings && shownSettings(settings),
    checks: [
      ...(problem ? [problem] : []),
      checkNode(),
      git,
      ...(settings ? [checkHome(settings.home)] : []),
      ...(database ? [database] : []),
      ...(settings?.database_url && !settings.database_owner_url
        ? [
            warning(
              'audit log',
              'append-only through the API alone; DATABASE_OWNER_URL makes the database see to it',
            ),
          ]
        : []),
      ...(settings && exposure(settings) ? [warning('network', exposure(settings) as string)] : []),
      ...daemon,
      ...(reachable && asked.token ? await checkRuntimes(asked.daemon) : []),
      ...(reachable && !asked.token ? [warning('runtimes', 'sign in to see them: `yardmaster login`')] : []),
    ],
  }
}

function readSettings(env: NodeJS.ProcessEnv): [Settings, null] | [null, Check] {
  try {
    return [parseSettings(env, homedir()), null]
  } catch (error) {
    return [null, broken('settings', explain(error).sentence)]
  }
}
