import { readFile } from 'node:fs/promises'
import { isAbsolute, normalize } from 'node:path'
import type { HarnessEntry } from './built-in.js'

/** `harnesses.json` cannot be used. The message names the file and what is wrong in it. */
export class HarnessFileError extends Error {
  override readonly name = 'HarnessFileError'

  constructor(
    readonly file: string,
    readonly what: string,
  ) {
    super(`${file}: ${what}`)
  }
}

interface Told {
  name?: string
  command?: string
  args?: string[]
  env?: Record<string, string>
  read?: string[]
  write?: string[]
  login?: string[]
}

const fields = ['name', 'command', 'args', 'env', 'read', 'write', 'login']

/**
 * The built-in entries with what the file says over them. Of a built-in harness each field may be left out and
 * stays as it was; of a new one `command` is needed. No file, no change.
 *
 * @throws HarnessFileError
 */
export async function withHarnessFile(file: string, known: HarnessEntry[]): Promise<HarnessEntry[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new HarnessFileError(file, `cannot be read (${error.message}).`)
  })
  if (text === null) return known
  const entries = new Map(known.map((entry) => [entry.id, entry]))
  for (const [id, value] of Object.entries(parse(file, text))) {
    const told = check(file, id, value)
    entries.set(id, merge(file, id, entries.get(id), told))
  }
  return [...entries.values()]
}

function parse(file: string, text: string): Record<string, unknown> {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (error) {
    throw new HarnessFileError(file, `is not JSON (${(error as Error).message}).`)
  }
  if (!isObject(value))
    throw new HarnessFileError(file, 'must be an object, {"<id>": {"name", "command", "args", "env"}}.')
  return value
}

function check(file: string, id: string, value: unknown): Told {
  const wrong = (what: string) => new HarnessFileError(file, `"${id}" ${what}`)
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(id))
    throw wrong('is no id: use letters, digits, dot, dash and underscore.')
  if (!isObject(value)) throw wrong('must be an object with name, command, args, env, read, write and login.')
  const unknown = Object.keys(value).find((field) => !fields.includes(field))
  if (unknown) throw wrong(`has a field "${unknown}"; there are ${fields.join(', ')}.`)
  const { name, command, args, env } = value
  if (name !== undefined && !isText(name)) throw wrong('has a "name" that is no text.')
  if (command !== undefined && !isCommand(command))
    throw wrong('has a "command" that is neither a name on PATH nor an absolute path.')
  if (args !== undefined && !(Array.isArray(args) && args.every((arg) => typeof arg === 'string')))
    throw wrong('has "args" that are no list of texts.')
  if (env !== undefined && !(isObject(env) && Object.values(env).every((one) => typeof one === 'string')))
    throw wrong('has an "env" that is no object of texts.')
  for (const field of ['read', 'write']) {
    const paths = value[field]
    if (paths !== undefined && !(Array.isArray(paths) && paths.every(isPath)))
      throw wrong(`has a "${field}" that is no list of absolute paths.`)
  }
  const { login } = value
  if (login !== undefined && !(Array.isArray(login) && login.every(isBelowHome)))
    throw wrong('has a "login" that is no list of paths below the home.')
  return value as Told
}

function merge(file: string, id: string, before: HarnessEntry | undefined, told: Told): HarnessEntry {
  if (!before && !told.command)
    throw new HarnessFileError(file, `"${id}" has no "command", the program that speaks ACP.`)
  const commands = before?.commands ?? []
  const args = told.args ?? commands[0]?.args ?? []
  return {
    id,
    name: told.name ?? before?.name ?? id,
    commands: told.command
      ? [{ command: told.command, args }]
      : commands.map((one) => (told.args ? { ...one, args } : one)),
    env: { ...before?.env, ...told.env },
    read: [...(before?.read ?? []), ...(told.read ?? [])],
    write: told.write ?? [],
    login: told.login ?? before?.login ?? [],
    forks_in_place: before?.forks_in_place ?? false,
    install: told.command ? `check "command" of "${id}" in ${file}` : (before?.install ?? ''),
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
const isPath = (value: unknown): value is string => typeof value === 'string' && isAbsolute(value)
const isBelowHome = (value: unknown): value is string =>
  isText(value) && !isAbsolute(value) && normalize(value) === value && !/^\.\.?(\/|$)|\/$/.test(value)
const isText = (value: unknown): value is string => typeof value === 'string' && /\S/.test(value)
const isCommand = (value: unknown): value is string =>
  isText(value) && (isAbsolute(value) || !value.includes('/'))
