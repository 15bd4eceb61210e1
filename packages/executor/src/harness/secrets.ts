const secretName = /KEY|TOKEN|SECRET|PASSWORD/i

/** A value shorter than this is a switch or a number, and hiding it would only garble the text. */
const SHORTEST = 6

/**
 * A function that hides the secrets of an environment in a text: values of the variables whose names look secret.
 *
 * @param more further secrets, by what shall stand for them
 */
export function hiding(env: NodeJS.ProcessEnv, more: Record<string, string> = {}): (text: string) => string {
  const secrets = [...Object.entries(env).filter(([name]) => secretName.test(name)), ...Object.entries(more)]
    .flatMap(([name, value]) => (value && value.length >= SHORTEST ? [{ name, value }] : []))
    // One that contains another goes first.
    .sort((a, b) => b.value.length - a.value.length)
  return (text) => secrets.reduce((rest, { name, value }) => rest.replaceAll(value, `[${name}]`), text)
}
