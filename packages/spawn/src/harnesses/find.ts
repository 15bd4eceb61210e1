import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { delimiter, isAbsolute, join } from 'node:path'
import { builtIn, type HarnessEntry } from './built-in.js'
import { Catalogue, type CataloguedHarness } from './catalogue.js'
import { withHarnessFile } from './harness-file.js'

export interface FindOptions {
  /** `$YARDMASTER_HOME`; `harnesses.json` in it extends and overrides what is built in. */
  home: string
  /** Where programs are looked for, like `process.env.PATH`. */
  path: string | undefined
  /** The bundled shell agent's program file. */
  shell_agent_path: string
}

/**
 * The harnesses of this host: which are known, and which of them have a program here. Starts none of them, so
 * it is quick; {@link probe} finds out whether they work.
 *
 * @throws HarnessFileError when `harnesses.json` is broken
 */
export async function findHarnesses({ home, path, shell_agent_path }: FindOptions): Promise<Catalogue> {
  const entries = await withHarnessFile(join(home, 'harnesses.json'), builtIn(home, shell_agent_path))
  const directories = (path ?? '').split(delimiter).filter(isAbsolute)
  return new Catalogue(home, await Promise.all(entries.map((entry) => find(entry, directories))))
}

async function find(entry: HarnessEntry, directories: string[]): Promise<CataloguedHarness> {
  const { id, name, env, install, read, write, login, forks_in_place } = entry
  for (const { command, args } of entry.commands) {
    const found = await locate(command, directories)
    if (found && (await firstArgumentExists(entry, args)))
      return {
        id,
        name,
        command: {
          ...{ command: found, args, env },
          ...(read ? { read } : {}),
          ...(write ? { write } : {}),
          ...(login ? { login } : {}),
          ...(forks_in_place ? { forks_in_place } : {}),
        },
        version: null,
        capabilities: {},
        problem: null,
      }
  }
  const problem = `not installed: ${install}`
  return { id, name, command: null, version: null, capabilities: {}, problem }
}

/** The shell agent is a file that node runs: node is always there, the file only once it has been built. */
async function firstArgumentExists({ id }: HarnessEntry, [file]: string[]): Promise<boolean> {
  return id !== 'shell' || !file || !isAbsolute(file) || (await isFile(file))
}

async function locate(command: string, directories: string[]): Promise<string | null> {
  const candidates = isAbsolute(command)
    ? [command]
    : directories.map((directory) => join(directory, command))
  for (const candidate of candidates) if (await isFile(candidate, constants.X_OK)) return candidate
  return null
}

async function isFile(path: string, mode: number = constants.R_OK): Promise<boolean> {
  try {
    await access(path, mode)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
