import type { Command } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { findSession } from '../lookup.js'

export function addSteering(session: Command, context: MakeContext): void {
  session
    .command('stop')
    .description('stop what runs, with all its processes')
    .argument('<session>', 'its id, or the beginning of it')
    .option('--task <id>', 'only if this task has not ended yet; a queued one is cancelled')
    .action(async (prefix: string, options: { task?: string }, command: Command) => {
      const asked = context(command)
      const task = await asked.call('stopping', async (daemon) =>
        daemon
          .service('sessions')
          .stop({ id: (await findSession(daemon, prefix)).id, task_id: options.task }),
      )
      asked.answer(task, () =>
        task.status === 'cancelled' ? `Task ${task.id} is cancelled.` : `Task ${task.id} is stopping.`,
      )
    })
    .addHelpText('after', examples(['yardmaster session stop 0192f0c1', 'whatever runs in it']))

  session
    .command('continue')
    .description('run the prompts that wait behind a task that was stopped or failed')
    .argument('<session>', 'its id, or the beginning of it')
    .action(async (prefix: string, _options: object, command: Command) => {
      const asked = context(command)
      const row = await asked.call('continuing', async (daemon) =>
        daemon.service('sessions').continue({ id: (await findSession(daemon, prefix)).id }),
      )
      asked.answer(row, () => `Session ${row.id} goes on.`)
    })
    .addHelpText('after', examples(['yardmaster session continue 0192f0c1', 'its queue runs again']))

  session
    .command('fix')
    .description('give up conversations that the agent has lost, so that the next prompt can run')
    .argument('<session>', 'its id, or the beginning of it')
    .action(async (prefix: string, _options: object, command: Command) => {
      const asked = context(command)
      const repair = await asked.call('repairing', async (daemon) =>
        daemon.service('sessions')['fix-sessions']({ id: (await findSession(daemon, prefix)).id }),
      )
      asked.answer(repair, () =>
        repair.invalidated_count === 0
          ? 'Nothing to repair.'
          : `Given up: ${repair.invalidated_session_ids.join(', ')}. The next prompt goes on without.`,
      )
    })
    .addHelpText('after', examples(['yardmaster session fix 0192f0c1', 'after "agent session lost"']))
}
