import type { Command } from 'commander'
import type { MakeContext } from '../context.js'
import { addFamily } from './session-family.js'
import { addLooking } from './session-look.js'
import { addPrompting } from './session-prompt.js'
import { addSteering } from './session-steer.js'

export function addSession(program: Command, context: MakeContext): void {
  const session = program
    .command('session')
    .description('conversations with agents in a worktree')
    .helpCommand(false)
  session.commandsGroup('Prompting:')
  addPrompting(session, context)
  session.commandsGroup('Looking:')
  addLooking(session, context)
  session.commandsGroup('Steering:')
  addSteering(session, context)
  session.commandsGroup('Families:')
  addFamily(session, context)
}
