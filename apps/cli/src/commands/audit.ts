import type { AuditEntry } from '@yardmaster/protocol'
import { type Command, InvalidArgumentError, Option } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { findUser, findWorktree, isId } from '../lookup.js'
import { table } from '../output/table.js'
import { time } from '../time-argument.js'

interface Asked {
  user?: string
  resource?: string
  method?: string
  row?: string
  worktree?: string
  refused?: boolean
  from?: string
  to?: string
  limit: number
}

export function addAudit(program: Command, context: MakeContext): void {
  program
    .command('audit')
    .description('who did what, and what was refused to whom (admins); the newest first')
    .option('--user <user>', 'what this one did: e-mail, name or id')
    .option('--resource <resource>', 'like grants or sessions')
    .option('--method <method>', 'like create, patch, remove or prompt')
    .option('--row <id>', 'what was done to this row', rowId)
    .option('--worktree <worktree>', 'what was done in this worktree')
    .option('--refused', 'only what was refused')
    .option('--from <time>', 'since then: a time, or like 90min, 24h or 7d for so long ago', time)
    .option('--to <time>', 'until then', time)
    .addOption(new Option('--limit <lines>', 'at most').argParser(count).default(50))
    .action(async (asked: Asked, command: Command) => {
      const on = context(command)
      const lines = await on.call('reading the audit log', async (daemon) => {
        const { resource, method, row: row_id, refused, from, to } = asked
        const at = { ...(from ? { $gte: from } : {}), ...(to ? { $lte: to } : {}) }
        const query = {
          ...{ resource, method, row_id },
          ...(refused ? { outcome: 'refused' } : {}),
          ...(from || to ? { at } : {}),
          ...(asked.user ? { actor_id: (await findUser(daemon, asked.user)).id } : {}),
          ...(asked.worktree ? { worktree_id: (await findWorktree(daemon, asked.worktree)).id } : {}),
        }
        const given = Object.entries(query).filter(([, value]) => value !== undefined)
        return readLines(asked.limit, (page) =>
          daemon.service('audit').find({ query: { ...Object.fromEntries(given), ...page } }),
        )
      })
      on.answer(lines, () =>
        lines.length === 0
          ? 'Nothing of that kind is in the log.'
          : table(
              lines,
              [
                { title: 'AT', value: ({ at }) => at.replace('T', ' ').slice(0, 19) },
                { title: 'WHO', value: who, width: 40 },
                { title: 'FROM', value: ({ address }) => address },
                { title: 'WHAT', value: ({ resource, method }) => `${resource}.${method}` },
                {
                  title: 'OUTCOME',
                  value: outcome,
                  color: (cell, line) => (line.code ? on.color.red(cell) : cell),
                },
                { title: 'ROW', value: ({ row_id }) => row_id },
                { title: 'DETAILS', value: details, width: 120 },
              ],
              on.color.dim,
            ),
      )
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster audit --refused --from 24h', 'what was refused since yesterday'],
        ['yardmaster audit --resource grants --worktree fix-cart', 'who gave whom access there'],
        ['yardmaster audit --user ada@example.com --json', 'for scripts'],
      ),
    )
}

/** Pages by id, so that lines that are added meanwhile shift nothing. */
async function readLines(
  limit: number,
  find: (page: object) => Promise<{ data: AuditEntry[] }>,
): Promise<AuditEntry[]> {
  const lines: AuditEntry[] = []
  while (lines.length < limit) {
    const last = lines.at(-1)
    const $limit = Math.min(200, limit - lines.length)
    const before = last ? { id: { $lt: last.id } } : {}
    const { data } = await find({ ...before, $limit, $sort: { id: -1 }, $total: false })
    lines.push(...data)
    if (data.length < $limit) break
  }
  return lines
}

const who = ({ actor_kind, actor_name, acting_as, count }: AuditEntry): string => {
  const name = actor_name ?? (actor_kind === 'nobody' ? 'not signed in' : acting_as)
  return `${name}${actor_kind === 'user' ? ` (${acting_as})` : ''}${count > 1 ? ` ×${count}` : ''}`
}

const outcome = ({ outcome, code }: AuditEntry): string => code ?? outcome

/** Values where they are told, names where they are not. */
const details = ({ fields, details }: AuditEntry): string =>
  [
    ...Object.entries(details).map(
      ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
    ),
    ...fields.filter((name) => !Object.hasOwn(details, name)),
  ].join(' ')

function rowId(text: string): string {
  if (isId(text)) return text.toLowerCase()
  throw new InvalidArgumentError('Give the whole id of the row.')
}

function count(text: string): number {
  const lines = Number(text)
  if (Number.isInteger(lines) && lines > 0) return lines
  throw new InvalidArgumentError('Give a number of lines.')
}
