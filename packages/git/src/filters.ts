import { gitOrNull } from './run.js'

type Trust = 'nobody' | 'owner'

const VARIABLES = ['clean', 'smudge', 'process', 'required'] as const

/**
 * Environment that replaces the filter drivers a repository's config names, for a git call that would
 * otherwise start them: a `filter.<name>.clean` is any command, and `git add` runs it.
 *
 * `nobody`: every driver is off. For calls in a worktree, where an agent may have written the attributes
 * and, through a replaced `.git` file, the config. A Git LFS file that changed is then stored as it is and
 * not as a pointer; unchanged ones compare by their stat data and stay pointers.
 *
 * `owner`: drivers of the system's and the user's own config stay as those say, so that a checkout has
 * Git LFS files in full; what the repository's config says of them is off.
 *
 * By environment rather than `-c`, because a driver's name may hold a `=`. What is planted between this
 * look and the call is not seen: that takes isolation.
 */
export async function filtersOff(
  trust: Trust,
  cwd: string,
  env: Record<string, string> = {},
): Promise<Record<string, string>> {
  const listed = await gitOrNull(['config', '--show-scope', '-z', '--get-regexp', '^filter\\.'], { cwd, env })
  const fields = (listed ?? '').split('\0')
  const drivers = new Set<string>()
  const owned = new Map<string, string>()
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [scope, setting] = [fields[at]!, fields[at + 1]!]
    const [key, ...value] = setting.split('\n')
    drivers.add(key!.slice(0, key!.lastIndexOf('.')))
    if (scope === 'system' || scope === 'global') owned.set(key!, value.length ? value.join('\n') : 'true')
  }
  const settings = [...drivers].flatMap((driver) =>
    VARIABLES.map((variable) => `${driver}.${variable}`).map(
      (key) => [key, trust === 'owner' ? (owned.get(key) ?? '') : ''] as const,
    ),
  )
  return Object.fromEntries([
    ['GIT_CONFIG_COUNT', String(settings.length)],
    ...settings.flatMap(([key, value], n) => [
      [`GIT_CONFIG_KEY_${n}`, key],
      [`GIT_CONFIG_VALUE_${n}`, value],
    ]),
  ])
}
