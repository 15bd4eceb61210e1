import type { Command } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { findInvitation, findTeam } from '../lookup.js'
import { describesNewcomer, type Newcomer, nameFrom } from '../newcomer.js'
import { table } from '../output/table.js'
import { allRows } from '../pages.js'

interface Options extends Newcomer {
  team: string[]
}

export function addInvite(program: Command, context: MakeContext): void {
  const invite = program
    .command('invite')
    .description('users who choose their own password, by a one-time link')
    .helpCommand(false)

  describesNewcomer(
    invite
      .command('new')
      .description('make a user, and a link for them that works once, within seven days (admins)'),
  )
    .option(
      '--team <team>',
      'they are in it; may be given several times',
      (team, all) => [...all, team],
      [] as string[],
    )
    .action(async (email: string, { name = nameFrom(email), role, team }: Options, command: Command) => {
      const asked = context(command)
      const row = await asked.call('inviting', async (daemon) => {
        const teams = []
        for (const one of team) teams.push((await findTeam(daemon, one)).id)
        return daemon.service('invitations').create({ email, name, role, team_ids: teams })
      })
      asked.answer(
        row,
        () =>
          `${row.link}\nFor ${row.name}, once, until ${row.expires_at.slice(0, 10)}. It is not shown again.`,
      )
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster invite new ada@example.com --name Ada --team backend', 'send them what it prints'],
        ['yardmaster invite new ada@example.com', 'again: a new link, the one before is worthless'],
      ),
    )

  invite
    .command('ls')
    .description('list who has not come yet (admins)')
    .action(async (_options: object, command: Command) => {
      const asked = context(command)
      const rows = await asked.call('reading invitations', (daemon) => allRows(daemon.service('invitations')))
      asked.answer(rows, () =>
        table(
          rows,
          [
            { title: 'NAME', value: (row) => row.name },
            { title: 'E-MAIL', value: (row) => row.email },
            { title: 'ROLE', value: (row) => row.role },
            { title: 'UNTIL', value: (row) => row.expires_at.slice(0, 10) },
            { title: 'ID', value: (row) => row.id },
          ],
          asked.color.dim,
        ),
      )
    })
    .addHelpText('after', examples(['yardmaster invite ls', 'never the links themselves']))

  invite
    .command('rm')
    .description('make a link worthless (admins); the user stays')
    .argument('<email>', 'e-mail, or the id of the invitation')
    .action(async (name: string, _options: object, command: Command) => {
      const asked = context(command)
      const row = await asked.call('revoking it', async (daemon) =>
        daemon.service('invitations').remove((await findInvitation(daemon, name)).id),
      )
      asked.answer(
        row,
        () => `The link for ${row.email} is worthless now. \`yardmaster user rm ${row.email}\` removes them.`,
      )
    })
    .addHelpText('after', examples(['yardmaster invite rm ada@example.com', 'at once']))
}
