import { grantLevels, type Level } from '@yardmaster/protocol'
import { Argument, type Command } from 'commander'
import type { MakeContext } from '../context.js'
import { usageError } from '../failures.js'
import { examples } from '../help.js'
import { findRepo, findUser, findWorktree } from '../lookup.js'
import { table } from '../output/table.js'
import { allRows } from '../pages.js'

interface Place {
  worktree?: string
  repo?: string
}

export function addGrant(program: Command, context: MakeContext): void {
  const grant = program
    .command('grant')
    .description('who may do what in a worktree or repository')
    .helpCommand(false)

  grant
    .command('add')
    .description('give a user a level; given again, it is set anew')
    .argument('<user>', 'e-mail, name or id')
    .addArgument(new Argument('<level>', 'each includes those before it').choices(grantLevels))
    .option('--worktree <worktree>', 'there')
    .option('--repo <repo>', 'in all its worktrees')
    .action(async (user: string, level: Level, place: Place, command: Command) => {
      const asked = context(command)
      if (!place.worktree === !place.repo) throw usageError('Give --worktree or --repo, one of them.')
      const { row, name } = await asked.call('granting', async (daemon) => {
        const to = await findUser(daemon, user)
        const on = place.worktree
          ? { worktree_id: (await findWorktree(daemon, place.worktree)).id }
          : { repo_id: (await findRepo(daemon, place.repo ?? '')).id }
        return { row: await daemon.service('grants').create({ ...on, user_id: to.id, level }), name: to.name }
      })
      asked.answer(row, () => `${name} now has ${row.level} on ${place.worktree ?? place.repo}.`)
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster grant add ada@example.com prompt --worktree fix-cart', 'may prompt in one worktree'],
        ['yardmaster grant add ada@example.com view --repo shop', 'may watch all of a repository'],
      ),
    )

  grant
    .command('ls')
    .description('list grants')
    .option('--worktree <worktree>', 'on one worktree')
    .option('--repo <repo>', 'on one repository')
    .action(async (place: Place, command: Command) => {
      const asked = context(command)
      const { rows, names } = await asked.call('reading grants', async (daemon) => {
        const on = {
          ...(place.worktree ? { worktree_id: (await findWorktree(daemon, place.worktree)).id } : {}),
          ...(place.repo ? { repo_id: (await findRepo(daemon, place.repo)).id } : {}),
        }
        const [rows, ...named] = await Promise.all([
          allRows(daemon.service('grants'), on),
          allRows(daemon.service('users')),
          allRows(daemon.service('worktrees')),
          allRows(daemon.service('repos')),
        ])
        return { rows, names: new Map(named.flat().map(({ id, name }) => [id, name])) }
      })
      const name = (id: string | null) => (id === null ? '' : (names.get(id) ?? id))
      asked.answer(rows, () =>
        table(
          rows,
          [
            { title: 'WHO', value: (row) => name(row.user_id ?? row.team_id) },
            { title: 'LEVEL', value: (row) => row.level },
            { title: 'WORKTREE', value: (row) => name(row.worktree_id) },
            { title: 'REPO', value: (row) => name(row.repo_id) },
            { title: 'ID', value: (row) => row.id },
          ],
          asked.color.dim,
        ),
      )
    })
    .addHelpText('after', examples(['yardmaster grant ls --worktree fix-cart', 'who may do what there']))
}
