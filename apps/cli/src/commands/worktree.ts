import { type Level, othersLevels } from '@yardmaster/protocol'
import { type Command, Option } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { findRepo } from '../lookup.js'
import { table } from '../output/table.js'
import { ago } from '../output/time.js'
import { allRows } from '../pages.js'

interface New {
  branch?: string
  base?: string
  othersCan?: Level
}

export function addWorktree(program: Command, context: MakeContext): void {
  const worktree = program
    .command('worktree')
    .description('the git worktrees that sessions run in')
    .helpCommand(false)

  worktree
    .command('new')
    .description('make a worktree of a repository')
    .argument('<repo>', 'name or id')
    .argument('<name>')
    .option('--branch <branch>', 'the branch to be on (default: a new one by the worktree’s name)')
    .option('--base <commit>', 'where a new branch begins (default: the repo’s default branch)')
    .addOption(new Option('--others-can <level>', 'what everybody may do there').choices(othersLevels))
    .action(async (repo: string, name: string, options: New, command: Command) => {
      const asked = context(command)
      const row = await asked.call('making the worktree', async (daemon) =>
        daemon.service('worktrees').create({
          repo_id: (await findRepo(daemon, repo)).id,
          name,
          branch: options.branch,
          base: options.base,
          others_can: options.othersCan,
        }),
      )
      asked.answer(row, () => `Made ${row.name} on branch ${row.branch} at ${row.path}.`)
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster worktree new shop fix-cart', 'on a new branch fix-cart'],
        ['yardmaster worktree new shop hotfix --base v1.2 --others-can view', 'from a tag, for all to see'],
      ),
    )

  worktree
    .command('ls')
    .description('list worktrees')
    .option('--repo <repo>', 'of one repository')
    .option('--all', 'archived ones too')
    .action(async (options: { repo?: string; all?: boolean }, command: Command) => {
      const asked = context(command)
      const { rows, repos } = await asked.call('reading worktrees', async (daemon) => {
        const of = options.repo ? { repo_id: (await findRepo(daemon, options.repo)).id } : {}
        const [rows, repos] = await Promise.all([
          allRows(daemon.service('worktrees'), of),
          allRows(daemon.service('repos')),
        ])
        return { rows: rows.filter((row) => options.all || !row.archived_at), repos }
      })
      const names = new Map(repos.map(({ id, name }) => [id, name]))
      asked.answer(rows, () =>
        table(
          rows,
          [
            { title: 'REPO', value: (row) => names.get(row.repo_id) ?? row.repo_id },
            { title: 'NAME', value: (row) => row.name },
            { title: 'BRANCH', value: (row) => row.branch },
            { title: 'OTHERS CAN', value: (row) => row.others_can },
            { title: 'MADE', value: (row) => ago(row.created_at) },
            { title: 'STATE', value: (row) => (row.archived_at ? 'archived' : '') },
            { title: 'PATH', value: (row) => row.path, width: 200 },
          ],
          asked.color.dim,
        ),
      )
    })
    .addHelpText('after', examples(['yardmaster worktree ls --repo shop', 'those of one repository']))
}
