import { type Role, roles, type User } from '@yardmaster/protocol'
import { type Command, Option } from 'commander'
import type { Context, MakeContext } from '../context.js'
import { examples } from '../help.js'
import { readSecret } from '../input.js'
import { findUser } from '../lookup.js'
import { describesNewcomer, type Newcomer, nameFrom } from '../newcomer.js'
import { table } from '../output/table.js'
import { allRows } from '../pages.js'

export function addUser(program: Command, context: MakeContext): void {
  const user = program.command('user').description('the people who may sign in').helpCommand(false)

  describesNewcomer(
    user
      .command('add')
      .description('add a user (admins); the password is asked for, or read from standard input'),
  )
    .action(async (email: string, { name = nameFrom(email), role }: Newcomer, command: Command) => {
      const asked = context(command)
      const { daemon } = asked // not signed in shows before a password is typed
      const password = await readSecret(`Password for ${email}`)
      const row = await asked.reach('adding the user', () =>
        daemon.service('users').create({ email, name, role, password }),
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

  user
    .command('set')
    .description('change what a user is called, their address or their role (admins)')
    .argument('<user>', 'e-mail, name or id')
    .option('--name <name>', 'how others see them')
    .option('--email <email>', 'what they sign in with')
    .addOption(new Option('--role <role>', 'what they may be; ends their sign-ins').choices(roles))
    .action(
      async (name: string, change: { name?: string; email?: string; role?: Role }, command: Command) => {
        const row = await patch(context(command), name, change)
        context(command).answer(row, () => `${row.name} is ${row.role}, and signs in as ${row.email}.`)
      },
    )
    .addHelpText(
      'after',
      examples(['yardmaster user set ada@example.com --role admin', 'an admin from now on']),
    )

  for (const [verb, disabled, does] of [
    ['disable', true, 'let somebody in no longer, and end what they are signed in to'],
    ['enable', false, 'let somebody in again'],
  ] as const)
    user
      .command(verb)
      .description(`${does} (admins)`)
      .argument('<user>', 'e-mail, name or id')
      .action(async (name: string, _options: object, command: Command) => {
        const asked = context(command)
        const row = await patch(asked, name, { disabled })
        asked.answer(row, () => `${row.name} is ${row.disabled_at ? 'disabled' : 'let in'}.`)
      })
      .addHelpText('after', examples([`yardmaster user ${verb} ada@example.com`, 'at once']))

  user
    .command('sign-out')
    .description('end every sign-in of somebody (admins)')
    .argument('<user>', 'e-mail, name or id')
    .option('--tokens', 'revoke their API tokens too')
    .action(async (name: string, { tokens = false }: { tokens?: boolean }, command: Command) => {
      const asked = context(command)
      const row = await asked.call('signing them out', async (daemon) => {
        const { id } = await findUser(daemon, name)
        return daemon.service('users')['sign-out-everywhere']({ id, tokens })
      })
      asked.answer(row, () => `${name} is signed out everywhere.`)
    })
    .addHelpText('after', examples(['yardmaster user sign-out ada@example.com --tokens', 'a lost laptop']))

  user
    .command('rm')
    .description('remove a user with all their grants (admins); what they made stays')
    .argument('<user>', 'e-mail, name or id')
    .action(async (name: string, _options: object, command: Command) => {
      const asked = context(command)
      const row = await asked.call('removing the user', async (daemon) =>
        daemon.service('users').remove((await findUser(daemon, name)).id),
      )
      asked.answer(row, () => `Removed ${row.name}.`)
    })
    .addHelpText(
      'after',
      examples(['yardmaster user rm ada@example.com', 'to keep the grants, disable instead']),
    )
}

const patch = (asked: Context, name: string, change: object): Promise<User> =>
  asked.call('changing the user', async (daemon) =>
    daemon.service('users').patch((await findUser(daemon, name)).id, change),
  )
