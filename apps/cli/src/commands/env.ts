import type { Command } from 'commander'
import type { MakeContext } from '../context.js'
import { CommandError, usageError } from '../failures.js'
import { examples } from '../help.js'
import { readInput, readSecret } from '../input.js'
import { table } from '../output/table.js'
import { ago } from '../output/time.js'
import { allRows } from '../pages.js'

export function addEnv(program: Command, context: MakeContext): void {
  const env = program
    .command('env')
    .description('what agents that you prompt find in their environment, like API keys')
    .helpCommand(false)

  env
    .command('set')
    .description('set an entry; the value is asked for, or read from standard input')
    .argument('<name>', 'of the variable')
    .action(async (name: string, _options: object, command: Command) => {
      const asked = context(command)
      const { daemon } = asked // not signed in shows before a value is typed
      const value = await readValue(name)
      const row = await asked.reach('setting it', () =>
        daemon.service('environment-entries').create({ name, value }),
      )
      asked.answer(row, () => `${row.name} is set for what you prompt from now on.`)
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster env set ANTHROPIC_API_KEY', 'asks for the value'],
        ['yardmaster env set ANTHROPIC_API_KEY < key.txt', 'reads it'],
      ),
    )

  env
    .command('ls')
    .description('list the names of your entries')
    .action(async (_options: object, command: Command) => {
      const asked = context(command)
      const rows = await asked.call('reading entries', (daemon) =>
        allRows(daemon.service('environment-entries')),
      )
      asked.answer(rows, () =>
        table(
          rows,
          [
            { title: 'NAME', value: (row) => row.name },
            { title: 'SET', value: (row) => ago(row.updated_at) },
            { title: 'STATE', value: (row) => (row.readable ? '' : 'cannot be read, set it again') },
          ],
          asked.color.dim,
        ),
      )
    })
    .addHelpText('after', examples(['yardmaster env ls', 'never the values']))

  env
    .command('rm')
    .description('remove an entry')
    .argument('<name>')
    .action(async (name: string, _options: object, command: Command) => {
      const asked = context(command)
      const row = await asked.call('removing it', async (daemon) => {
        const entries = daemon.service('environment-entries')
        const [found] = await allRows(entries, { name })
        if (!found) throw new CommandError(`No entry is called "${name}": \`yardmaster env ls\` lists yours.`)
        return entries.remove(found.id)
      })
      asked.answer(row, () => `${row.name} is removed.`)
    })
    .addHelpText('after', examples(['yardmaster env rm ANTHROPIC_API_KEY', 'agents go without it']))
}

/** From standard input all of it, since a key may have several lines; the last line's end is not meant. */
async function readValue(name: string): Promise<string> {
  if (process.stdin.isTTY) return readSecret(`Value of ${name}`)
  const value = (await readInput()).replace(/\r?\n$/, '')
  if (!value) throw usageError(`The value of ${name} is missing: type it, or give it on standard input.`)
  return value
}
