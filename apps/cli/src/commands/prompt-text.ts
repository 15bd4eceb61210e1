import { usageError } from '../failures.js'
import { readInput } from '../input.js'

/** The words of a prompt: the argument, or for `-` what comes on standard input. @throws a usage error for none */
export async function promptText(argument: string): Promise<string> {
  const text = argument === '-' ? await readInput() : argument
  if (!text.trim()) throw usageError('The prompt is empty.')
  return text
}
