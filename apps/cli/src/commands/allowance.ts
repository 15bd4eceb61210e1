import type { Command } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { findAllowance, findSession, shortIdLength } from '../lookup.js'
import { table } from '../output/table.js'
import { brief } from '../output/text.js'
import { ago } from '../output/time.js'
import { allRows } from '../pages.js'

export function addAllowance(program: Command, context: MakeContext): void {
  const allowance = program
    .command('allowance')
    .description('what was answered "always" in a session')
    .helpCommand(false)

  allowance
    .command('ls')
    .description('list them')
    .argument('[session]', 'of one session: its id, or the beginning of it')
    .action(async (session: string | undefined, _options: object, command: Command) => {
      const asked = context(command)
      const rows = await asked.call('reading allowances', async (daemon) =>
        allRows(
          daemon.service('allowances'),
          session ? { session_id: (await findSession(daemon, session)).id } : {},
        ),
      )
      const length = shortIdLength(rows.map(({ id }) => id))
      asked.answer(rows, () =>
        rows.length === 0
          ? 'Nothing was answered "always".'
          : table(
              rows,
              [
                { title: 'ID', value: (row) => row.id.slice(0, length) },
                { title: 'ANSWER', value: (row) => row.option_kind.replace('_', ' ') },
                { title: 'WHAT', value: (row) => brief(row.title || row.kind) },
                {
                  title: 'OF',
                  value: (row) => (row.subject === null ? '' : brief(JSON.stringify(row.subject))),
                },
                { title: 'SINCE', value: (row) => ago(row.created_at) },
              ],
              asked.color.dim,
            ),
      )
    })
    .addHelpText('after', examples(['yardmaster allowance ls 0192f0c1', 'what that session need not ask']))

  allowance
    .command('rm')
    .description('take one back: the next request like it is asked again')
    .argument('<allowance>', 'its id, or the beginning of it')
    .action(async (prefix: string, _options: object, command: Command) => {
      const asked = context(command)
      const row = await asked.call('taking it back', async (daemon) =>
        daemon.service('allowances').remove((await findAllowance(daemon, prefix)).id),
      )
      asked.answer(row, () => `Taken back: ${brief(row.title || row.kind)}.`)
    })
    .addHelpText('after', examples(['yardmaster allowance rm 0192f0c1-3a2b', 'asks again']))
}
