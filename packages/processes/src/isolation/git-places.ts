import { readdir, readFile, realpath, stat } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'

/** Where git keeps what belongs to a linked worktree. */
export interface GitPlaces {
  /** The top level of the worktree. */
  worktree: string
  /** The repository's git directory, which its worktrees share. */
  common: string
  /** The worktree's own directory in there. */
  own: string
}

/**
 * Finds them from the repository's side: what the worktree's `.git` file says is for whoever works in there to write.
 *
 * @throws Error when the repository is gone, or has no such worktree
 */
export async function gitPlaces(path: string, repo_path: string): Promise<GitPlaces> {
  const [worktree, common] = await Promise.all([realpath(path), commonDirectory(repo_path)])
  const records = join(common, 'worktrees')
  for (const name of await readdir(records).catch(() => [])) {
    const own = join(records, name)
    const recorded = await readFile(join(own, 'gitdir'), 'utf8').catch(() => null)
    if (recorded === null) continue
    const place = dirname(resolve(own, recorded.trim()))
    if ((await realpath(place).catch(() => place)) === worktree) return { worktree, common, own }
  }
  throw new Error(`${path} is no linked worktree of the repository at ${repo_path}`)
}

/** The git directory of a repository, by the path of its main checkout or its own. */
export async function commonDirectory(repo_path: string): Promise<string> {
  const inside = join(repo_path, '.git')
  const found = await stat(inside).catch(() => null)
  if (!found) return realpath(repo_path)
  if (found.isDirectory()) return realpath(inside)
  const [, named] = /^gitdir: (.*)$/m.exec(await readFile(inside, 'utf8')) ?? []
  return realpath(resolve(repo_path, named ?? '.'))
}
