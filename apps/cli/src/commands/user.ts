import { type Role, roles } from '@yardmaster/protocol'
import { type Command, Option } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { readSecret } from '../input.js'
import { table } from '../output/table.js'
import { allRows } from '../pages.js'

export function addUser(program: Command, context: MakeContext): void {
  const user = program.command('user').description('the people who may sign in').helpCommand(false)

  user
    .command('add')
    .description('add a user (admins); the password is asked for, or read from standard input')
    .argument('<email>')
    .option('--name <name>', 'how others see them (default: the e-mail up to the @)')
    .addOption(new Option('--role <role>', 'what they may be').choices(roles).default('member'))
    .action(async (email: string, options: { name?: string; role: Role }, command: Command) => {
      const asked = context(command)
      const name = options.name ?? email.split('@')[0] ?? email
      const { daemon } = asked // not signed in shows before a password is typed
      const password = await readSecret(`Password for ${email}`)
      const row = await asked.reach('adding the user', () =>
        daemon.service('users').create({ email, name, role: options.role, password }),
      )
      asked.answer(row, () => `Added ${row.name} (${row.email}, ${row.role}).`)
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster user add ada@example.com --name Ada', 'asks for a password'],
        ['yardmaster user add ci@example.com --role viewer < password.txt', 'reads it'],
      ),
    )

  user
    .command('ls')
    .description('list users')
    .action(async (_options: object, command: Command) => {
      const asked = context(command)
      const rows = await asked.call('reading users', (daemon) => allRows(daemon.service('users')))
      asked.answer(rows, () =>
        table(
          rows,
          [
            { title: 'NAME', value: (row) => row.name },
            { title: 'E-MAIL', value: (row) => row.email },
            { title: 'ROLE', value: (row) => row.role },
            { title: 'STATE', value: (row) => (row.disabled_at ? 'disabled' : '') },
            { title: 'ID', value: (row) => row.id },
          ],
          asked.color.dim,
        ),
      )
    })
    .addHelpText('after', examples(['yardmaster user ls --json', 'for scripts']))
}
