import { type Scope, scopes } from '@yardmaster/protocol'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { findApiToken } from '../lookup.js'
import { table } from '../output/table.js'
import { ago } from '../output/time.js'
import { allRows } from '../pages.js'

export function addToken(program: Command, context: MakeContext): void {
  const token = program
    .command('token')
    .description('API tokens, for scripts in your name')
    .helpCommand(false)

  token
    .command('new')
    .description('make a token; it is shown this once')
    .argument('<name>', 'what it is for')
    .addOption(
      new Option('--scope <scope>', 'read: look; work: and prompt and steer; manage: whatever you may do')
        .choices(scopes)
        .default('work'),
    )
    .option('--days <days>', 'until it expires (default: it does not)', days)
    .action(async (name: string, options: { scope: Scope; days?: number }, command: Command) => {
      const asked = context(command)
      const expires = options.days && {
        expires_at: new Date(Date.now() + options.days * 86_400_000).toISOString(),
      }
      const row = await asked.call('making the token', (daemon) =>
        daemon.service('api-tokens').create({ name, scopes: [options.scope], ...expires }),
      )
      asked.answer(
        row,
        () => `${row.token}\nIt is not shown again. Give it in YARDMASTER_TOKEN, or as Bearer.`,
      )
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster token new nightly --days 90', 'may prompt, for 90 days'],
        ['yardmaster token new board --scope read', 'may look'],
      ),
    )

  token
    .command('ls')
    .description('list your tokens; admins: those of everybody')
    .action(async (_options: object, command: Command) => {
      const asked = context(command)
      const { rows, names } = await asked.call('reading tokens', async (daemon) => {
        const [rows, users] = await Promise.all([
          allRows(daemon.service('api-tokens')),
          allRows(daemon.service('users')),
        ])
        return { rows, names: new Map(users.map(({ id, name }) => [id, name])) }
      })
      asked.answer(rows, () =>
        table(
          rows,
          [
            { title: 'NAME', value: (row) => row.name },
            { title: 'OF', value: (row) => names.get(row.user_id) ?? row.user_id },
            { title: 'SCOPES', value: (row) => row.scopes.join(', ') },
            { title: 'USED', value: (row) => ago(row.last_used_at) },
            { title: 'EXPIRES', value: (row) => row.expires_at?.slice(0, 10) ?? '' },
            { title: 'ID', value: (row) => row.id },
          ],
          asked.color.dim,
        ),
      )
    })
    .addHelpText('after', examples(['yardmaster token ls', 'never the tokens themselves']))

  token
    .command('revoke')
    .description('let a token open nothing any more')
    .argument('<token>', 'its name or id')
    .action(async (name: string, _options: object, command: Command) => {
      const asked = context(command)
      const row = await asked.call('revoking the token', async (daemon) =>
        daemon.service('api-tokens').remove((await findApiToken(daemon, name)).id),
      )
      asked.answer(row, () => `Revoked ${row.name}.`)
    })
    .addHelpText('after', examples(['yardmaster token revoke nightly', 'at once, open connections too']))
}

function days(text: string): number {
  const count = Number(text)
  if (!(count > 0 && count <= 36_500)) throw new InvalidArgumentError('Give a number of days.')
  return count
}
