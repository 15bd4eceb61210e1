import { realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'

/** Whether a directory lies in one of the roots, links followed as far as there is something to follow. */
export async function isAllowed(directory: string, roots: readonly string[]): Promise<boolean> {
  const path = await real(directory)
  const real_roots = await Promise.all(roots.map(real))
  return real_roots.some((root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep))
}

/** One that is not there is compared as written; the executor then says that it is missing. */
const real = (path: string): Promise<string> => realpath(path).catch(() => resolve(path))
