import type { Family } from '@yardmaster/protocol'
import { type Command, Option } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { findSession } from '../lookup.js'
import { brief } from '../output/text.js'
import { promptText } from './prompt-text.js'

interface Place {
  worktree?: 'same' | 'new'
  name?: string
}

const where = (by: 'same' | 'new') =>
  new Option('--worktree <which>', 'the same one, or a new one with its files')
    .choices(['same', 'new'])
    .default(by)

export function addFamily(session: Command, context: MakeContext): void {
  session
    .command('fork')
    .description('begin a session where a task of another one ended, with its files and its conversation')
    .argument('<session>', 'its id, or the beginning of it')
    .option('--task <id>', 'the task; by default the newest that has ended')
    .addOption(where('new'))
    .option('--name <name>', 'of the new worktree and its branch')
    .action(async (prefix: string, options: Place & { task?: string }, command: Command) => {
      const asked = context(command)
      const { task: from_task_id, ...place } = options
      const row = await asked.call('forking', async (daemon) =>
        daemon
          .service('sessions')
          .fork({ id: (await findSession(daemon, prefix)).id, from_task_id, ...place }),
      )
      asked.answer(row, () => `Session ${row.id} has begun, and waits for a prompt.`)
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster session fork 0192f0c1', 'try something else from here, in a worktree of its own'],
        ['yardmaster session fork 0192f0c1 --task 0192f0c2-…', 'from the end of an earlier task'],
      ),
    )

  session
    .command('spawn')
    .description('have a session bring forth another, and prompt it')
    .argument('<session>', 'its id, or the beginning of it')
    .argument('<text>', 'the prompt; - reads it from standard input')
    .option('--harness <harness>', 'another agent than the parent’s')
    .option('--title <title>')
    .option('--model <model>', 'one that the harness offers')
    .addOption(where('same'))
    .option('--name <name>', 'of the new worktree and its branch')
    .option('--no-notify', 'the parent does not hear how it ends')
    .action(
      async (
        prefix: string,
        text: string,
        { notify, ...chosen }: Place & { notify: boolean },
        command: Command,
      ) => {
        const asked = context(command)
        const prompt = await promptText(text)
        const row = await asked.call('spawning', async (daemon) => {
          const { id } = await findSession(daemon, prefix)
          // Left out, the parent hears of it if the caller may prompt it.
          return daemon
            .service('sessions')
            .spawn({ id, prompt, ...chosen, ...(notify ? {} : { notify_parent: false }) })
        })
        asked.answer(
          row,
          () => `Session ${row.id} has begun; \`yardmaster session tail ${row.id}\` shows it.`,
        )
      },
    )
    .addHelpText(
      'after',
      examples([
        "yardmaster session spawn 0192f0c1 'review this' --harness claude",
        'the result is told to 0192f0c1',
      ]),
    )

  session
    .command('family')
    .description('show where a session comes from, and what came from it')
    .argument('<session>', 'its id, or the beginning of it')
    .action(async (prefix: string, _options: object, command: Command) => {
      const asked = context(command)
      const { id, tree } = await asked.call('reading the family', async (daemon) => {
        const { id } = await findSession(daemon, prefix)
        return { id, tree: await daemon.service('sessions').family({ id }) }
      })
      asked.answer(tree, () => familyLines(tree, id).join('\n'))
    })
    .addHelpText('after', examples(['yardmaster session family 0192f0c1', 'as a tree']))
}

/** A line per session, below the one that it came from; `*` stands at the one that was asked for. */
export function familyLines({ id, kind, status, title, children }: Family, asked: string): string[] {
  const parts = [
    `${id}${id === asked ? ' *' : ''}`,
    kind === 'root' ? '' : kind,
    status,
    title ? brief(title, 60) : '',
  ]
  const below = children.flatMap((child, at) => {
    const isLast = at === children.length - 1
    const [first = '', ...rest] = familyLines(child, asked)
    return [`${isLast ? '└ ' : '├ '}${first}`, ...rest.map((line) => `${isLast ? '  ' : '│ '}${line}`)]
  })
  return [parts.filter(Boolean).join('  '), ...below]
}
