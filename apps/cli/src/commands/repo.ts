import { basename, resolve } from 'node:path'
import type { Command } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { table } from '../output/table.js'
import { allRows } from '../pages.js'

export function addRepo(program: Command, context: MakeContext): void {
  const repo = program
    .command('repo')
    .description('the git repositories that agents work on')
    .helpCommand(false)

  repo
    .command('add')
    .description('add a repository: a path on the daemon’s host, or an https or ssh url to clone')
    .argument('<path-or-url>')
    .option('--name <name>', 'what to call it (default: its last part)')
    .action(async (place: string, options: { name?: string }, command: Command) => {
      const asked = context(command)
      const data = {
        name: options.name ?? nameOf(place),
        ...(isUrl(place) ? { url: place } : { path: resolve(place) }),
      }
      const row = await asked.call(isUrl(place) ? `cloning ${place}` : 'adding the repo', (daemon) =>
        daemon.service('repos').create(data),
      )
      asked.answer(row, () => `Added ${row.name} (${row.default_branch}) at ${row.path}.`)
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster repo add .', 'the one you are in'],
        ['yardmaster repo add https://example.com/shop.git --name shop', 'clones it'],
      ),
    )

  repo
    .command('ls')
    .description('list repositories')
    .action(async (_options: object, command: Command) => {
      const asked = context(command)
      const rows = await asked.call('reading repos', (daemon) => allRows(daemon.service('repos')))
      asked.answer(rows, () =>
        table(
          rows,
          [
            { title: 'NAME', value: (row) => row.name },
            { title: 'BRANCH', value: (row) => row.default_branch },
            { title: 'PLACE', value: (row) => row.url ?? row.path },
            { title: 'ID', value: (row) => row.id },
          ],
          asked.color.dim,
        ),
      )
    })
    .addHelpText('after', examples(['yardmaster repo ls', 'names, branches and places']))
}

/** `https://…`, `ssh://…`, `user@host:path`; whether it may be cloned is the daemon's to say. */
export const isUrl = (place: string): boolean =>
  /^[a-z][a-z0-9+.-]*:/i.test(place) || /^[^/\s]+@[^/\s]+:/.test(place)

/** `shop` for `/code/shop/`, `https://example.com/shop.git` and `git@example.com:shop.git`. */
export const nameOf = (place: string): string =>
  isUrl(place)
    ? (place.replace(/\/+$/, '').split(/[/:]/).at(-1) ?? place).replace(/\.git$/, '')
    : basename(resolve(place)).replace(/\.git$/, '')
