import { type PermissionMode, permissionModes, type Task } from '@yardmaster/protocol'
import { type Command, Option } from 'commander'
import type { Context, MakeContext } from '../context.js'
import { usageError } from '../failures.js'
import { examples, keyValue, repeated } from '../help.js'
import { findSession, findWorktree } from '../lookup.js'
import { follow } from '../transcript/follow.js'
import { attach } from './attach.js'
import { promptText } from './prompt-text.js'

interface New {
  harness: string
  title?: string
  model?: string
  mode?: string
  config?: Record<string, string | number | boolean>
  permissionMode?: PermissionMode
  prompt?: string
  attach?: string[]
  follow?: boolean
}

interface How {
  now?: boolean
  fresh?: boolean
  retry?: boolean
  idempotencyKey?: string
  attach?: string[]
  follow?: boolean
}

export function addPrompting(session: Command, context: MakeContext): void {
  session
    .command('new')
    .description('begin a session in a worktree')
    .argument('<worktree>', 'name, repo/name or id')
    .requiredOption('--harness <harness>', 'the agent; `yardmaster doctor` lists those there are')
    .option('--title <title>')
    .option('--model <model>', 'one that the harness offers')
    .option('--mode <mode>', 'one that the harness offers')
    .option('--config <name=value>', 'another option of the harness; may be repeated', keyValue)
    .addOption(
      new Option('--permission-mode <mode>', 'who answers permission requests').choices(permissionModes),
    )
    .option('--prompt <text>', 'a first prompt; - reads it from standard input')
    .option('--attach <file>', 'a file that comes with the prompt; may be repeated', repeated)
    .option('--follow', 'show the transcript until the prompt’s task ends')
    .action((worktree: string, options: New, command: Command) => begin(context(command), worktree, options))
    .addHelpText(
      'after',
      examples(
        ['yardmaster session new fix-cart --harness claude', 'waits for a prompt'],
        ["yardmaster session new fix-cart --harness shell --prompt '$ npm test' --follow", 'starts at once'],
        [
          'yardmaster session new shop/fix-cart --harness opencode --prompt - < task.md',
          'a prompt from a file',
        ],
      ),
    )

  session
    .command('prompt')
    .description('give a session its next prompt')
    .argument('<session>', 'its id, or the beginning of it')
    .argument('<text>', 'the prompt; - reads it from standard input')
    .option('--now', 'stop what runs, and go first')
    .option('--fresh', 'begin a new conversation; the worktree stays as it is')
    .option('--retry', 'may run again by itself if its runtime is lost')
    .option('--idempotency-key <key>', 'given twice, the prompt runs once')
    .option('--attach <file>', 'a file that comes with it; may be repeated', repeated)
    .option('--follow', 'show the transcript until its task ends')
    .action(async (prefix: string, text: string, { follow: following, ...how }: How, command: Command) => {
      const asked = context(command)
      const words = await promptText(text)
      const task = await asked.call('prompting', async (daemon) => {
        const { id } = await findSession(daemon, prefix)
        return prompt(daemon, id, words, how)
      })
      if (following) return followTask(asked, task)
      asked.answer(
        task,
        () => `Queued as task ${task.id}; \`yardmaster session tail ${task.session_id}\` shows it.`,
      )
    })
    .addHelpText(
      'after',
      examples(
        ["yardmaster session prompt 0192f0c1 'now add a test' --follow", 'runs it and shows it'],
        ['yardmaster session prompt 0192f0c1 - < task.md', 'a prompt from a file'],
        ["yardmaster session prompt 0192f0c1 'make it look so' --attach page.png", 'with a picture'],
        ["yardmaster session prompt 0192f0c1 'stop that, do this' --now", 'goes first'],
      ),
    )

  session
    .command('tail')
    .description('show a session’s transcript, and go on as it grows')
    .argument('<session>', 'its id, or the beginning of it')
    .option('--until-idle', 'end once nothing runs or waits; exit code 0 if the last task completed')
    .addOption(new Option('--follow', 'the same').hideHelp())
    .action(async (prefix: string, options: { untilIdle?: boolean; follow?: boolean }, command: Command) => {
      const asked = context(command)
      const { id } = await asked.call('reading the session', (daemon) => findSession(daemon, prefix))
      const until = options.untilIdle || options.follow ? 'idle' : 'interrupted'
      asked.exitWith(await follow(asked, id, until))
    })
    .addHelpText(
      'after',
      `\nOn a terminal, the number of an option answers a permission request.\n${examples(
        ['yardmaster session tail 0192f0c1', 'until Ctrl-C'],
        ['yardmaster session tail 0192f0c1 --until-idle --json', 'one JSON object per line'],
      )}`,
    )
}

async function begin(asked: Context, worktree: string, options: New): Promise<void> {
  const {
    prompt: text,
    attach: files,
    follow: following,
    permissionMode: permission_mode,
    ...chosen
  } = options
  if (following && text === undefined)
    throw usageError('--follow goes with --prompt; `session tail` shows the rest.')
  if (files && text === undefined) throw usageError('--attach goes with --prompt.')
  const words = text === undefined ? null : await promptText(text)
  const { session, task } = await asked.call('beginning the session', async (daemon) => {
    const { id: worktree_id } = await findWorktree(daemon, worktree)
    const session = await daemon.service('sessions').create({ worktree_id, ...chosen, permission_mode })
    return {
      session,
      task:
        words === null
          ? null
          : await prompt(daemon, session.id, words, { ...(files ? { attach: files } : {}) }),
    }
  })
  if (following && task) {
    if (!asked.json) process.stdout.write(asked.color.dim(`session ${session.id}\n`))
    return followTask(asked, task)
  }
  asked.answer(task ? { session, task } : session, () =>
    task
      ? `Session ${session.id} has begun; \`yardmaster session tail ${session.id}\` shows it.`
      : `Session ${session.id} waits for its first prompt.`,
  )
}

async function followTask(asked: Context, task: Task): Promise<void> {
  asked.exitWith(await follow(asked, task.session_id, { task: task.id }, task.id))
}

async function prompt(
  daemon: Context['daemon'],
  id: string,
  text: string,
  { idempotencyKey: idempotency_key, attach: files = [], ...how }: Omit<How, 'follow'>,
): Promise<Task> {
  const attachments = await attach(daemon, id, files)
  return daemon.service('sessions').prompt({ id, prompt: text, idempotency_key, attachments, ...how })
}
