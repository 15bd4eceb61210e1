import { InvalidArgumentError } from 'commander'

/** Examples at the end of a help text, what they do aligned behind them. */
export function examples(...lines: (readonly [command: string, does: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length))
  const rows = lines.map(([command, does]) => `  ${command.padEnd(width)}  ${does}`.trimEnd())
  return `\nExamples:\n${rows.join('\n')}`
}

/** For an option that may be given several times. */
export const repeated = (text: string, before: string[] = []): string[] => [...before, text]

/** The same for names with values: `--config a=1 --config b=true`. */
export function keyValue(text: string, before: Record<string, string | number | boolean> = {}) {
  const at = text.indexOf('=')
  if (at < 1) throw new InvalidArgumentError('Write it like name=value.')
  const value = text.slice(at + 1)
  const typed = value === 'true' || (value === 'false' ? false : value)
  return { ...before, [text.slice(0, at)]: typed }
}
