/** A slash command that an agent offers. */
export interface Command {
  name: string
  description: string
}

/** What is being written at the caret and can be completed: `text` stands from `from` on, behind its sign. */
export interface Asked {
  kind: 'command' | 'path'
  text: string
  from: number
}

/** What an agent reported as its commands; nothing about it is certain. */
export function commandsIn(reported: unknown): Command[] {
  if (!Array.isArray(reported)) return []
  return reported.flatMap((one) =>
    typeof one?.name === 'string' ? [{ name: one.name, description: String(one.description ?? '') }] : [],
  )
}

/** A `/` begins a command at the beginning of a line, an `@` a path at the beginning of a word. */
export function askedAt(text: string, caret: number): Asked | null {
  const line = text.slice(text.lastIndexOf('\n', caret - 1) + 1, caret)
  const command = /^\/(\S*)$/.exec(line)
  if (command) return { kind: 'command', text: command[1] as string, from: caret - line.length + 1 }
  const path = /(?:^|\s)@(\S*)$/.exec(line)
  return path ? { kind: 'path', text: path[1] as string, from: caret - (path[1] as string).length } : null
}

export const fitting = (commands: readonly Command[], text: string): Command[] =>
  commands.filter(({ name }) => name.toLowerCase().startsWith(text.toLowerCase()))

/** The text with what was chosen in the place of what was written for it, and the caret behind it. */
export function withChoice(
  text: string,
  caret: number,
  { from }: Asked,
  choice: string,
): { text: string; caret: number } {
  const rest = text.slice(caret)
  const gap = /^\s/.test(rest) ? '' : ' '
  return { text: `${text.slice(0, from)}${choice}${gap}${rest}`, caret: from + choice.length + 1 }
}
