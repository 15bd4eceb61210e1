import { Command } from 'commander'
import { addAccess } from './commands/access.js'
import { addAllowance } from './commands/allowance.js'
import { addAudit } from './commands/audit.js'
import { addDoctor } from './commands/doctor.js'
import { addEnv } from './commands/env.js'
import { addGrant } from './commands/grant.js'
import { addIdentity } from './commands/identity.js'
import { addInit } from './commands/init.js'
import { addInvite } from './commands/invite.js'
import { addPassword } from './commands/password.js'
import { addRepo } from './commands/repo.js'
import { addRequest } from './commands/request.js'
import { addSession } from './commands/session.js'
import { addSignIn } from './commands/sign-in.js'
import { addStart } from './commands/start.js'
import { addTeam } from './commands/team.js'
import { addToken } from './commands/token.js'
import { addUsage } from './commands/usage.js'
import { addUser } from './commands/user.js'
import { addWorktree } from './commands/worktree.js'
import { Context } from './context.js'
import { examples } from './help.js'
import { version } from './version.js'

/**
 * The whole command line.
 *
 * @param exitWith hears the exit code of the command that ran, when it is not 0
 */
export function makeProgram(exitWith: (code: number) => void): Command {
  const context = (command: Command) => new Context(command, exitWith)
  const program = new Command('yardmaster')
    .description('Runs AI coding agents in git worktrees, and lets a team watch, steer and govern them.')
    .version(version)
    .option('--json', 'answer with JSON on standard output')
    .option('--url <url>', 'the daemon to speak to (default: YARDMASTER_URL, or the one of this home)')
    .configureHelp({ showGlobalOptions: true })
    .helpCommand(false)
    .exitOverride()

  program.commandsGroup('The daemon:')
  addStart(program, exitWith)
  addInit(program, context)
  addDoctor(program, context)
  program.commandsGroup('Signing in:')
  addSignIn(program, context)
  addPassword(program, context)
  addToken(program, context)
  addEnv(program, context)
  addIdentity(program, context)
  program.commandsGroup('Work:')
  addSession(program, context)
  addRequest(program, context)
  addAllowance(program, context)
  addWorktree(program, context)
  addRepo(program, context)
  program.commandsGroup('People:')
  addUser(program, context)
  addInvite(program, context)
  addTeam(program, context)
  addGrant(program, context)
  addAccess(program, context)
  addAudit(program, context)
  addUsage(program, context)

  return program.addHelpText(
    'after',
    examples(
      ['yardmaster start', 'runs the daemon'],
      ["yardmaster login 'http://127.0.0.1:3030/app/#token=…'", 'signs in by the link it prints'],
      ['yardmaster repo add ~/code/shop', 'lets agents work on a repository'],
      ['yardmaster worktree new shop fix-cart', 'a worktree, on a branch of its own'],
      ['yardmaster session new fix-cart --harness shell', 'a conversation with an agent in it'],
      ["yardmaster session prompt 0192f0c1 '$ ls' --follow", 'the agent at work'],
    ),
  )
}
