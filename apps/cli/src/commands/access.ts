import { type AccessReason, type PersonAccess, rank } from '@yardmaster/protocol'
import type { Command } from 'commander'
import type { MakeContext } from '../context.js'
import { examples } from '../help.js'
import { findUser, findWorktree } from '../lookup.js'
import { table } from '../output/table.js'

export function addAccess(program: Command, context: MakeContext): void {
  const access = program
    .command('access')
    .description('who may do what in a worktree, and why')
    .helpCommand(false)

  access
    .command('explain')
    .description('show a level, and which role, default or grant gives it')
    .requiredOption('--worktree <worktree>', 'name, repo/name or id')
    .option('--user <user>', 'e-mail, name or id; left out, everybody who may view it')
    .action(async (options: { worktree: string; user?: string }, command: Command) => {
      const asked = context(command)
      const answer = await asked.call('looking', async (daemon) => {
        const { id } = await findWorktree(daemon, options.worktree)
        const of = options.user ? { user_id: (await findUser(daemon, options.user)).id } : {}
        return daemon.service('worktrees').access({ id, ...of })
      })
      const [person] = answer.people
      asked.answer(answer, () =>
        options.user && person
          ? explained(person, options.worktree).join('\n')
          : table(
              answer.people,
              [
                { title: 'WHO', value: ({ user }) => user.name },
                { title: 'ROLE', value: ({ role }) => role },
                { title: 'LEVEL', value: ({ level }) => level },
                { title: 'BECAUSE', value: because, width: 120 },
              ],
              asked.color.dim,
            ),
      )
    })
    .addHelpText(
      'after',
      examples(
        ['yardmaster access explain --worktree fix-cart', 'everybody, the owners first'],
        ['yardmaster access explain --worktree fix-cart --user ada@example.com', 'why she may prompt'],
      ),
    )
}

function because({ because: reasons }: PersonAccess): string {
  const [first] = reasons
  const more = reasons.length > 1 ? `, and ${reasons.length - 1} more` : ''
  return first ? `${described(first)}${more}` : ''
}

/** A user's level in a sentence, and below it a line for each thing that gives one. */
export function explained(person: PersonAccess, worktree: string): string[] {
  const { user, role, disabled, level, because: reasons } = person
  return [
    `${user.name} (${role}) has ${level} on ${worktree}.`,
    ...reasons.map((reason) => `  ${reason.level.padEnd(8)} ${described(reason)}`),
    ...(reasons.length === 0 ? ['  Nothing gives a level here.'] : []),
    ...(disabled ? ['  The user is disabled: all of this gives nothing.'] : []),
    ...(!disabled && rank(level) < rank(reasons[0]?.level ?? 'none')
      ? [`  A ${role} has ${level} at most: what is above that counts only with another role.`]
      : []),
  ]
}

function described({ kind, on, team, grant_id }: AccessReason): string {
  if (kind === 'role') return 'by being an admin'
  if (kind === 'others_can') return 'by what others can in the worktree'
  return `by ${team ? `the grant of team ${team.name}` : 'a grant'} on the ${on} (${grant_id})`
}
