import { type Usage, type UsageDimension, type UsageFigures, usageDimensions } from '@yardmaster/protocol'
import { type Command, Option } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { table } from '../output/table.js'
import { lasted } from '../output/time.js'
import { time } from '../time-argument.js'

interface Asked {
  by: UsageDimension
  from: string
  to: string
}

export function addUsage(program: Command, context: MakeContext): void {
  program
    .command('usage')
    .description('tokens, cost, endings and times of the tasks that you may view')
    .addOption(new Option('--by <what>', 'what tells them apart').choices(usageDimensions).default('person'))
    .addOption(
      new Option('--from <time>', 'queued since then: a time, or like 24h or 7d for so long ago')
        .argParser(time)
        .default(time('7d'), '7d'),
    )
    .addOption(new Option('--to <time>', 'until then').argParser(time).default(time('0min'), 'now'))
    .action(async (query: Asked, command: Command) => {
      const asked = context(command)
      const { by, from, to } = query
      const usage = await asked.call('adding it up', (daemon) =>
        daemon.service('usage').find({ query: { by, from, to, bucket: bucketFor(from, to) } }),
      )
      asked.answer(usage, () => lines(usage, asked.color.dim))
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster usage', 'the last seven days, by person'],
        ['yardmaster usage --by model --from 30d', 'which models cost what'],
        ['yardmaster usage --by repo --from 2030-01-01 --to 2030-02-01 --json', 'day by day, for scripts'],
      ),
    )
}

const day = 86_400_000
/** Days for as long as an answer has room for; weeks reach back seven years. */
const bucketFor = (from: string, to: string) =>
  Date.parse(to) - Date.parse(from) <= 400 * day ? ('day' as const) : ('week' as const)

type Line = UsageFigures & { name: string }

function lines({ by, total, groups }: Usage, dim: (text: string) => string): string {
  if (total.tasks === 0) return 'No task was queued in that time.'
  const rows: Line[] = [
    ...groups.map((group) => ({ ...group, name: group.rest ? 'all others' : (group.name ?? 'unknown') })),
    ...(groups.length > 1 ? [{ ...total, name: 'all' }] : []),
  ]
  return table<Line>(
    rows,
    [
      { title: by.toUpperCase(), value: ({ name }) => name, width: 40 },
      { title: 'TASKS', value: ({ tasks }) => tasks },
      { title: 'COMPLETED', value: ({ endings }) => endings.completed },
      { title: 'FAILED', value: ({ endings }) => endings.failed + endings.timed_out },
      { title: 'TOKENS', value: ({ tokens }) => Math.round(tokens.total) },
      { title: 'COST', value: costs },
      { title: 'WAITED P95', value: ({ waited }) => waited && lasted(waited.p95) },
      { title: 'RAN P50', value: ({ ran }) => ran && lasted(ran.p50) },
      { title: 'RAN P95', value: ({ ran }) => ran && lasted(ran.p95) },
    ],
    dim,
  )
}

const costs = ({ cost }: UsageFigures): string =>
  Object.entries(cost)
    .map(([currency, amount]) => `${amount.toFixed(2)} ${currency}`)
    .join(', ')
