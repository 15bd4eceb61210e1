import { connectRest } from '@yardmaster/client'
import type { Command } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { readSecret } from '../input.js'
import { whoAmI } from './sign-in.js'

export function addPassword(program: Command, context: MakeContext): void {
  program
    .command('password')
    .description('choose a new password; it is asked for, or read from standard input')
    .action(async (_options: object, command: Command) => {
      const asked = context(command)
      const { user } = await whoAmI(asked)
      const password = await readSecret('New password, 10 characters or more')
      await asked.call('changing it', (daemon) => daemon.service('users').patch(user.id, { password }))
      // That was the end of every sign-in, this one too.
      const signedIn = await asked.reach('signing in again', () =>
        connectRest(asked.url)
          .service('authentication')
          .create({ strategy: 'local', email: user.email, password }),
      )
      asked.credentials.put(asked.url, { token: signedIn.accessToken, email: user.email })
      asked.answer({ user: signedIn.user }, () => 'Changed. You are signed out everywhere else.')
    })
    .addHelpText(
      'after',
      examples(['yardmaster password', 'your own'], ['yardmaster password < password.txt', 'read']),
    )
}
