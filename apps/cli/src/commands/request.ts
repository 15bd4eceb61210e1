import type { FormContent, PermissionRequest } from '@yardmaster/protocol'
import { type Command, InvalidArgumentError } from 'commander'
import type { MakeContext } from '../context.js'
import { usageError } from '../failures.js'
import { examples } from '../help.js'
import { findRequest, findSession, shortIdLength } from '../lookup.js'
import { table } from '../output/table.js'
import { ago } from '../output/time.js'
import { allRows } from '../pages.js'
import { subjectOf } from '../transcript/blocks.js'

export function addRequest(program: Command, context: MakeContext): void {
  const request = program.command('request').description('what agents ask leave for').helpCommand(false)

  request
    .command('ls')
    .description('list what waits for a decision')
    .argument('[session]', 'of one session: its id, or the beginning of it')
    .option('--all', 'decided ones too')
    .action(async (session: string | undefined, options: { all?: boolean }, command: Command) => {
      const asked = context(command)
      const rows = await asked.call('reading requests', async (daemon) =>
        allRows(daemon.service('permission-requests'), {
          ...(session ? { session_id: (await findSession(daemon, session)).id } : {}),
          ...(options.all ? {} : { status: 'pending' }),
        }),
      )
      const length = shortIdLength(rows.map(({ id }) => id))
      asked.answer(rows, () =>
        rows.length === 0
          ? 'Nothing waits for a decision.'
          : table(
              rows,
              [
                { title: 'ID', value: (row) => row.id.slice(0, length) },
                { title: 'STATUS', value: (row) => row.status },
                { title: 'ASKED', value: (row) => ago(row.created_at) },
                { title: 'WHAT', value: (row) => subjectOf(row) },
                { title: 'OPTIONS', value: optionsOf, width: 200 },
              ],
              asked.color.dim,
            ),
      )
    })
    .addHelpText('after', examples(['yardmaster request ls', 'all that wait and that you may see']))

  request
    .command('decide')
    .description('answer a request')
    .argument('<request>', 'its id, or the beginning of it')
    .argument('<option>', 'its number, id or kind, as `request ls` shows them')
    .option('--answer <field=value>', 'a field of the form that a question has; may be repeated', addField)
    .action(async (prefix: string, option: string, { answer }: { answer?: Fields }, command: Command) => {
      const asked = context(command)
      const row = await asked.call('deciding', async (daemon) => {
        const request = await findRequest(daemon, prefix)
        return daemon.service('permission-requests').patch(request.id, {
          option_id: pickOption(request, option),
          ...(answer ? { content: contentOf(request, answer) } : {}),
        })
      })
      const chosen = row.options.find(({ option_id }) => option_id === row.option_id)
      asked.answer(row, () => `${subjectOf(row)}: ${chosen?.name ?? row.status}.`)
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster request decide 0192f0c1-3a2b allow_once', 'lets it run once'],
        ['yardmaster request decide 0192f0c1-3a2b 2', 'the second option'],
        ['yardmaster request decide 0192f0c1-3a2b accept --answer branch=main', 'answers a question'],
      ),
    )
}

const optionsOf = ({ options }: PermissionRequest): string =>
  options.map(({ name }, at) => `${at + 1} ${name}`).join(' · ')

type Fields = Record<string, string>

function addField(text: string, before: Fields = {}): Fields {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write it like field=value.')
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) }
}

/** Fields as the form wants them: numbers, yes or no, and lists with commas. The daemon checks what comes of it. */
export function contentOf({ form }: Pick<PermissionRequest, 'form'>, fields: Fields): FormContent {
  const properties = (form?.schema.properties ?? {}) as Record<string, { type?: unknown } | undefined>
  const typed = Object.entries(fields).map(([name, text]) => {
    const type = properties[name]?.type
    if ((type === 'number' || type === 'integer') && text.trim() && Number.isFinite(Number(text)))
      return [name, Number(text)]
    if (type === 'boolean' && /^(true|false)$/.test(text)) return [name, text === 'true']
    return [name, type === 'array' ? text.split(',') : text]
  })
  return Object.fromEntries(typed)
}

/** The id of the option that a number, an id, or a kind that only one of them has, means. */
export function pickOption({ options }: Pick<PermissionRequest, 'options'>, wanted: string): string {
  const exact = options.find(({ option_id }) => option_id === wanted)
  const ofKind = options.filter(({ kind }) => kind === wanted)
  const found = exact ?? options[Number(wanted) - 1] ?? (ofKind.length === 1 ? ofKind[0] : undefined)
  if (found) return found.option_id
  const offered = options.map(({ option_id, name }, at) => `${at + 1} ${option_id} (${name})`).join(', ')
  throw usageError(`The request has no option "${wanted}"; it offers ${offered}.`)
}
