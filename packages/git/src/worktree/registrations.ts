import { realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { git } from '../run.js'

/** A worktree as the repository has it on record; its directory may be gone. */
export interface Registration {
  path: string
  branch: string | null
  bare: boolean
  locked: boolean
}

/** What the repository of `cwd` has on record, the main checkout first. */
export async function registrations(cwd: string): Promise<Registration[]> {
  // Not `-z`, which came with git 2.36: `checkAbsolute` keeps newlines out of our own paths.
  const listed = await git(['worktree', 'list', '--porcelain'], { cwd })
  return listed
    .split('\n\n')
    .filter((block) => block.startsWith('worktree '))
    .map((block) => {
      const lines = block.split('\n')
      const value = (label: string) =>
        lines.find((line) => line.startsWith(`${label} `))?.slice(label.length + 1)
      return {
        path: value('worktree') ?? '',
        branch: value('branch')?.replace(/^refs\/heads\//, '') ?? null,
        bare: lines.includes('bare'),
        locked: lines.some((line) => line === 'locked' || line.startsWith('locked ')),
      }
    })
}

/** The record of the linked worktree at `path`; null if the repository knows none there. */
export async function registrationAt(repo: string, path: string): Promise<Registration | null> {
  const [, ...linked] = await registrations(repo)
  const real = await realPlace(path)
  return linked.find(({ path: known }) => known === path || known === real) ?? null
}

/** git records real paths; the last part may not exist any more. */
async function realPlace(path: string): Promise<string> {
  return realpath(path).catch(async () =>
    join(await realpath(dirname(path)).catch(() => dirname(path)), basename(path)),
  )
}
