import type { Session, SessionInfo } from '@yardmaster/protocol'
import type { Command } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { findSession, findWorktree, shortIdLength } from '../lookup.js'
import { diffStat, diffText } from '../output/diff.js'
import { facts, table } from '../output/table.js'
import type { Paint } from '../output/text.js'
import { ago } from '../output/time.js'
import { allRows } from '../pages.js'

export function addLooking(session: Command, context: MakeContext): void {
  session
    .command('ls')
    .description('list sessions, the latest first')
    .option('--worktree <worktree>', 'of one worktree')
    .option('--all', 'archived ones too')
    .action(async (options: { worktree?: string; all?: boolean }, command: Command) => {
      const asked = context(command)
      const { rows, worktrees } = await asked.call('reading sessions', async (daemon) => {
        const of = options.worktree ? { worktree_id: (await findWorktree(daemon, options.worktree)).id } : {}
        const [rows, worktrees] = await Promise.all([
          allRows(daemon.service('sessions'), { ...of, $sort: { last_activity_at: -1 } }),
          allRows(daemon.service('worktrees')),
        ])
        return { rows: rows.filter((row) => options.all || !row.archived_at), worktrees }
      })
      const names = new Map(worktrees.map(({ id, name }) => [id, name]))
      const length = shortIdLength(rows.map(({ id }) => id))
      const { color } = asked
      asked.answer(rows, () =>
        rows.length === 0
          ? 'No sessions yet: `yardmaster session new` begins one.'
          : table(
              rows,
              [
                { title: 'ID', value: (row) => row.id.slice(0, length) },
                {
                  title: 'STATUS',
                  value: (row) => row.status,
                  color: (cell, row) => paintStatus(cell, row, color),
                },
                { title: 'LAST', value: (row) => row.last_ending },
                { title: 'HARNESS', value: (row) => row.harness },
                { title: 'WORKTREE', value: (row) => names.get(row.worktree_id) ?? row.worktree_id },
                { title: 'ACTIVE', value: (row) => ago(row.last_activity_at) },
                { title: 'TITLE', value: (row) => row.title },
              ],
              color.dim,
            ),
      )
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster session ls --worktree fix-cart', 'those in one worktree'],
        ['yardmaster session ls --json', 'for scripts'],
      ),
    )

  session
    .command('show')
    .alias('info')
    .description('show how a session stands')
    .argument('<session>', 'its id, or the beginning of it')
    .action(async (prefix: string, _options: object, command: Command) => {
      const asked = context(command)
      const info = await asked.call('reading the session', async (daemon) =>
        daemon.service('sessions').info({ id: (await findSession(daemon, prefix)).id }),
      )
      asked.answer(info, () => infoText(info))
    })
    .addHelpText('after', examples(['yardmaster session show 0192f0c1', 'status, place, agent session']))

  session
    .command('diff')
    .description('show what changed in its worktree, against where it leads')
    .argument('<session>', 'its id, or the beginning of it')
    .option('--task <id>', 'what one task changed')
    .option('--stat', 'files and counts only')
    .action(async (prefix: string, options: { task?: string; stat?: boolean }, command: Command) => {
      const asked = context(command)
      const diff = await asked.call('reading the diff', async (daemon) =>
        daemon
          .service('sessions')
          .diff({ id: (await findSession(daemon, prefix)).id, task_id: options.task }),
      )
      asked.answer(diff, () =>
        options.stat ? diffStat(diff.files, asked.color) : diffText(diff, asked.color),
      )
    })
    .addHelpText(
      'after',
      examples(['yardmaster session diff 0192f0c1 --stat', 'which files, how many lines']),
    )
}

function infoText(info: SessionInfo): string {
  const { runtime } = info
  return facts([
    ['session', info.id],
    ['title', info.title],
    ['status', info.status],
    ['last ending', info.last_ending],
    [
      'held',
      info.held_by_task_id && `behind task ${info.held_by_task_id}: \`yardmaster session continue\` goes on`,
    ],
    ['queued', info.queued || null],
    ['requests', info.pending_requests || null],
    ['harness', info.harness],
    ['model', info.model],
    ['mode', info.mode],
    ['permissions', info.permission_mode],
    ['directory', info.cwd],
    [
      'runtime',
      runtime.offline_since ? `${runtime.name}, offline since ${ago(runtime.offline_since)}` : runtime.name,
    ],
    ['agent session', info.agent_session_id],
    ['can resume', info.can_resume ? 'yes' : 'no'],
    ['error', info.has_session_error ? 'the agent session was lost' : null],
    ['begun', ago(info.created_at)],
    ['active', ago(info.last_activity_at)],
  ])
}

function paintStatus(cell: string, { status }: Session, color: Paint): string {
  if (status === 'running') return color.green(cell)
  if (status === 'awaiting_permission') return color.yellow(cell)
  if (status === 'disconnected') return color.red(cell)
  return cell
}
