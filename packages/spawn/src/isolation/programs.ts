import { realpath, stat } from 'node:fs/promises'
import { dirname, isAbsolute, join, sep } from 'node:path'
import { isBelowAny } from '@yardmaster/processes'
import type { HarnessCommand } from '../harnesses/catalogue.js'

const MODULES = `${sep}node_modules${sep}`

/**
 * What a harness' program needs of what is hidden inside: node's own installation, since most are run by it, the
 * package that the program or an argument that is a file belongs to, and the modules that this can reach. Where none of
 * these can be told, the file alone; `read` of `harnesses.json` adds what else there is.
 */
export async function neededBy(
  { command, args, read = [] }: HarnessCommand,
  hidden: readonly string[],
): Promise<string[]> {
  const named = [command, ...args.filter((arg) => isAbsolute(arg))]
  const found = await Promise.all(named.map((path) => places(path)))
  const node = await realpath(process.execPath)
  const wanted = [...read, dirname(dirname(node)), ...found.flat()]
  return [...new Set(wanted)].filter((path) => isBelowAny(path, hidden) && !hidden.includes(path)).sort()
}

async function places(path: string): Promise<string[]> {
  const file = await realpath(path).catch(() => null)
  if (file === null) return []
  const at = file.indexOf(MODULES)
  // As it was named too: inside, no link leads there.
  if (at >= 0) return [path, file.slice(0, at + MODULES.length - 1)]
  const home = await packageOf(dirname(file))
  return home === null ? [path, file] : [path, home, ...(await modulesAbove(home))]
}

async function packageOf(directory: string): Promise<string | null> {
  if (await exists(join(directory, 'package.json'))) return directory
  return dirname(directory) === directory ? null : packageOf(dirname(directory))
}

/** Where node looks for what the package imports, and what workspaces link to from there. */
async function modulesAbove(directory: string): Promise<string[]> {
  const parent = dirname(directory)
  const modules = join(directory, 'node_modules')
  const found = (await exists(modules)) ? [modules] : []
  return parent === directory ? found : [...found, ...(await modulesAbove(parent))]
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  )
