/** One line on standard output, with the time. Never anything of the conversation, and never the token. */
export function log(text: string): void {
  process.stdout.write(`${new Date().toISOString()} ${text.replaceAll(/\s*\n\s*/g, ' | ')}\n`)
}
