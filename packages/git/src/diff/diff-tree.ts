import { resolve } from '../revisions.js'
import { git, only } from '../run.js'
import { type ChangedFile, parseChanges } from './changes.js'

/**
 * The arguments of every diff here. Always between two trees and always by the plumbing command: it heeds
 * neither the user's `diff.*` and `color.*` settings nor filters, and the flags turn off what attributes
 * could start. A rename limit, because a repository's config could lift git's own.
 */
export function diffTree(from: string, to: string, ...output: string[]): string[] {
  const safe = ['--no-ext-diff', '--no-textconv', '--no-color', '--ignore-submodules=none']
  return ['diff-tree', '-r', '--find-renames', '-l1000', ...safe, '--submodule=short', ...output, from, to]
}

export async function changesBetween(
  cwd: string,
  from: string,
  to: string,
  env: Record<string, string>,
): Promise<ChangedFile[]> {
  return parseChanges(await git(diffTree(from, to, '--raw', '--numstat', '-z'), { cwd, env }))
}

/**
 * The files that differ between two commits or trees; of two snapshots: exactly what happened between them.
 *
 * @throws GitError BASE_NOT_FOUND, GIT_FAILED
 */
export async function changedFiles({
  cwd,
  from,
  to,
}: {
  cwd: string
  from: string
  to: string
}): Promise<ChangedFile[]> {
  return changesBetween(cwd, await resolve(cwd, from), await resolve(cwd, to), only(cwd))
}
