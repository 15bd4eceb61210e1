import type { Command } from 'commander'
import type { MakeContext } from '../context.js'
import { CommandError } from '../failures.js'
import { examples } from '../help.js'
import { findTeam, findUser } from '../lookup.js'
import { table } from '../output/table.js'
import { allRows } from '../pages.js'

export function addTeam(program: Command, context: MakeContext): void {
  const team = program
    .command('team')
    .description('groups of people that levels are granted to')
    .helpCommand(false)

  team
    .command('add')
    .description('make a team (admins)')
    .argument('<name>')
    .action(async (name: string, _options: object, command: Command) => {
      const asked = context(command)
      const row = await asked.call('making the team', (daemon) => daemon.service('teams').create({ name }))
      asked.answer(row, () => `Made the team ${row.name}.`)
    })
    .addHelpText('after', examples(['yardmaster team add backend', 'nobody is in it yet']))

  team
    .command('ls')
    .description('list teams, with who is in them as far as you may see')
    .action(async (_options: object, command: Command) => {
      const asked = context(command)
      const { teams, members, names } = await asked.call('reading teams', async (daemon) => {
        const [teams, members, users] = await Promise.all([
          allRows(daemon.service('teams')),
          allRows(daemon.service('team-members')),
          allRows(daemon.service('users')),
        ])
        return { teams, members, names: new Map(users.map(({ id, name }) => [id, name])) }
      })
      const rows = teams.map((one) => ({
        ...one,
        members: members
          .filter(({ team_id }) => team_id === one.id)
          .map(({ user_id }) => ({ user_id, name: names.get(user_id) ?? user_id })),
      }))
      asked.answer(rows, () =>
        table(
          rows,
          [
            { title: 'TEAM', value: (row) => row.name },
            { title: 'MEMBERS', value: (row) => row.members.map(({ name }) => name).join(', ') },
            { title: 'ID', value: (row) => row.id },
          ],
          asked.color.dim,
        ),
      )
    })
    .addHelpText('after', examples(['yardmaster team ls --json', 'for scripts']))

  team
    .command('rename')
    .description('call a team something else (admins)')
    .argument('<team>', 'name or id')
    .argument('<name>', 'the new one')
    .action(async (name: string, to: string, _options: object, command: Command) => {
      const asked = context(command)
      const row = await asked.call('renaming the team', async (daemon) =>
        daemon.service('teams').patch((await findTeam(daemon, name)).id, { name: to }),
      )
      asked.answer(row, () => `The team is called ${row.name} now.`)
    })
    .addHelpText('after', examples(['yardmaster team rename backend engine', 'its grants stay']))

  team
    .command('rm')
    .description('remove a team, and with it what was granted to it (admins)')
    .argument('<team>', 'name or id')
    .action(async (name: string, _options: object, command: Command) => {
      const asked = context(command)
      const row = await asked.call('removing the team', async (daemon) =>
        daemon.service('teams').remove((await findTeam(daemon, name)).id),
      )
      asked.answer(row, () => `Removed the team ${row.name}.`)
    })
    .addHelpText('after', examples(['yardmaster team rm backend', 'its members stay users']))

  addMember(team, context)
}

function addMember(team: Command, context: MakeContext): void {
  const member = team.command('member').description('who is in a team').helpCommand(false)

  member
    .command('add')
    .description('put people into a team (admins); who is in it stays')
    .argument('<team>', 'name or id')
    .argument('<users...>', 'e-mails, names or ids')
    .action(async (name: string, users: string[], _options: object, command: Command) => {
      const asked = context(command)
      const rows = await asked.call('adding them', async (daemon) => {
        const { id: team_id } = await findTeam(daemon, name)
        // Whoever cannot be found shall be told of before anybody is added.
        const found = []
        for (const user of users) found.push(await findUser(daemon, user))
        const rows = []
        for (const { id: user_id } of found)
          rows.push(await daemon.service('team-members').create({ team_id, user_id }))
        return rows
      })
      asked.answer(rows, () => `${users.join(', ')} ${users.length === 1 ? 'is' : 'are'} in ${name}.`)
    })
    .addHelpText(
      'after',
      examples(['yardmaster team member add backend ada@example.com', 'has what the team was granted']),
    )

  member
    .command('rm')
    .description('take somebody out of a team (admins)')
    .argument('<team>', 'name or id')
    .argument('<user>', 'e-mail, name or id')
    .action(async (name: string, user: string, _options: object, command: Command) => {
      const asked = context(command)
      const row = await asked.call('taking them out', async (daemon) => {
        const { id: team_id } = await findTeam(daemon, name)
        const { id: user_id } = await findUser(daemon, user)
        const members = daemon.service('team-members')
        const [found] = await allRows(members, { team_id, user_id })
        if (!found) throw new CommandError(`${user} is not in ${name}: \`yardmaster team ls\` shows who is.`)
        return members.remove(found.id)
      })
      asked.answer(row, () => `${user} is no longer in ${name}.`)
    })
    .addHelpText('after', examples(['yardmaster team member rm backend ada@example.com', 'at once']))
}
