import type { Client } from '@yardmaster/client'
import { grantLevels, type Level } from '@yardmaster/protocol'
import { Argument, type Command } from 'commander'
import type { MakeContext } from '../context.js'
import { CommandError, usageError } from '../failures.js'
import { examples } from '../help.js'
import { findRepo, findTeam, findUser, findWorktree } from '../lookup.js'
import { table } from '../output/table.js'
import { allRows } from '../pages.js'

interface Place {
  worktree?: string
  repo?: string
}
interface Holder {
  team?: boolean
}

/** Who holds a grant, and where, as the daemon takes it. */
async function onPlace(daemon: Client, holder: string, options: Place & Holder) {
  const { worktree, repo, team } = options
  const { id, name } = await (team ? findTeam : findUser)(daemon, holder)
  const on = worktree
    ? { worktree_id: (await findWorktree(daemon, worktree)).id }
    : { repo_id: (await findRepo(daemon, repo ?? '')).id }
  return { name, query: { ...on, ...(team ? { team_id: id } : { user_id: id }) } }
}

function requirePlace({ worktree, repo }: Place): void {
  if (!worktree === !repo) throw usageError('Give --worktree or --repo, one of them.')
}

export function addGrant(program: Command, context: MakeContext): void {
  const grant = program
    .command('grant')
    .description('who may do what in a worktree or repository')
    .helpCommand(false)

  grant
    .command('add')
    .description('give a user or a team a level; given again, it is set anew')
    .argument('<holder>', 'e-mail, name or id')
    .addArgument(new Argument('<level>', 'each includes those before it').choices(grantLevels))
    .option('--team', 'the holder is a team')
    .option('--worktree <worktree>', 'there')
    .option('--repo <repo>', 'in all its worktrees')
    .action(async (holder: string, level: Level, place: Place & Holder, command: Command) => {
      const asked = context(command)
      requirePlace(place)
      const { row, name } = await asked.call('granting', async (daemon) => {
        const { name, query } = await onPlace(daemon, holder, place)
        return { row: await daemon.service('grants').create({ ...query, level }), name }
      })
      asked.answer(row, () => `${name} now has ${row.level} on ${place.worktree ?? place.repo}.`)
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster grant add ada@example.com prompt --worktree fix-cart', 'may prompt in one worktree'],
        ['yardmaster grant add ada@example.com view --repo shop', 'may watch all of a repository'],
        ['yardmaster grant add --team backend prompt --repo shop', 'and whoever is in the team'],
      ),
    )

  grant
    .command('rm')
    .description('take a grant back')
    .argument('<holder>', 'e-mail, name or id')
    .option('--team', 'the holder is a team')
    .option('--worktree <worktree>', 'there')
    .option('--repo <repo>', 'on the repository')
    .action(async (holder: string, place: Place & Holder, command: Command) => {
      const asked = context(command)
      requirePlace(place)
      const { row, name } = await asked.call('taking it back', async (daemon) => {
        const { name, query } = await onPlace(daemon, holder, place)
        const grants = daemon.service('grants')
        const [found] = await allRows(grants, query)
        if (!found)
          throw new CommandError(`${name} was granted nothing there: \`yardmaster grant ls\` shows what is.`)
        return { row: await grants.remove(found.id), name }
      })
      asked.answer(row, () => `${name} no longer has ${row.level} on ${place.worktree ?? place.repo}.`)
    })
    .addHelpText(
      'after',
      examples(['yardmaster grant rm ada@example.com --worktree fix-cart', 'what others can still holds']),
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
          allRows(daemon.service('teams')),
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
