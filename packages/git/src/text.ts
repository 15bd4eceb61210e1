export function hasControl(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  return /[\0-\x1f\x7f]/.test(text)
}

/** A name as it may stand in a message. */
export function shown(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out
  return name.replace(/[\0-\x1f\x7f]/g, '?').slice(0, 100)
}

/** Blanks user and password in every url of a text: `https://***@host/…`. */
export function redact(text: string): string {
  return text.replace(/([a-z][a-z0-9+.-]*:\/\/)[^/\s@'"]+@/gi, '$1***@')
}

const MAX_REASON = 200

/** The line of git's stderr that says why: the first `fatal:` or `error:`, else the first that is no hint. */
export function reasonIn(stderr: string): string {
  const lines = stderr
    .split(/[\r\n]+/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(hint|warning):/.test(line))
  const telling = lines.find((line) => /^(fatal|error):/.test(line)) ?? lines[0] ?? 'it gave no reason'
  return telling.replace(/^(fatal|error): /, '').slice(0, MAX_REASON)
}
