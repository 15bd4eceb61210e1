import type { User } from '@yardmaster/protocol'
import type { Command } from 'commander'
import type { MakeContext } from '../context.js'
import { usageError } from '../failures.js'
import { examples } from '../help.js'
import { whoAmI } from './sign-in.js'

interface Options {
  name?: string
  email?: string
  reset?: boolean
}

export function addIdentity(program: Command, context: MakeContext): void {
  program
    .command('identity')
    .description('show or set whose name the commits of agents that you prompt carry')
    .option('--name <name>', 'instead of yours')
    .option('--email <address>', 'instead of yours')
    .option('--reset', 'your own name and address again')
    .action(async ({ name, email, reset }: Options, command: Command) => {
      const asked = context(command)
      if (reset && (name || email)) throw usageError('Give --reset alone.')
      const { user } = await whoAmI(asked)
      const change = reset
        ? { git_name: null, git_email: null }
        : { ...(name ? { git_name: name } : {}), ...(email ? { git_email: email } : {}) }
      const row =
        Object.keys(change).length === 0
          ? user
          : await asked.call('setting it', (daemon) => daemon.service('users').patch(user.id, change))
      const identity = identityOf(row)
      asked.answer(identity, () => `${identity.name} <${identity.email}>`)
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster identity', 'shows it'],
        [
          'yardmaster identity --name "Ada at Work" --email ada@example.com',
          'as your commits elsewhere have it',
        ],
      ),
    )
}

const identityOf = (user: User) => ({
  name: user.git_name ?? user.name,
  email: user.git_email ?? user.email,
})
