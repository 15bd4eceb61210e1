import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'

/**
 * Whether a path, links followed, lies inside a directory and outside git's own: who may write `.git` may have anything
 * run. A file that does not exist yet counts by the directory that it would be in.
 *
 * @param path absolute, or relative to the directory
 */
export async function isInside(directory: string, path: string): Promise<boolean> {
  const root = await realpath(directory)
  const rest = relative(root, await realpathOfNew(resolve(root, path)))
  const steps = rest.split(sep)
  return (
    rest !== '' && steps[0] !== '..' && !rest.startsWith(sep) && !steps.some((step) => /^\.git$/i.test(step))
  )
}

async function realpathOfNew(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    const parent = dirname(path)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) throw error
    return join(await realpathOfNew(parent), basename(path))
  }
}
