import { type Role, roles } from '@yardmaster/protocol'
import { type Command, Option } from 'commander'

export interface Newcomer {
  name?: string
  role: Role
}

/** What is to be said of somebody who is new: their e-mail, name and role. */
export const describesNewcomer = (command: Command): Command =>
  command
    .argument('<email>')
    .option('--name <name>', 'how others see them (default: the e-mail up to the @)')
    .addOption(new Option('--role <role>', 'what they may be').choices(roles).default('member'))

/** What others see where nothing was said of it. */
export const nameFrom = (email: string): string => email.split('@')[0] || email
