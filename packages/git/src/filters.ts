import { gitOrNull } from './run.js'

/**
 * Environment for a git call that would start filter drivers (`git add` runs any command that a
 * `filter.<name>.clean` names): only the machine owner's run, those of the system's and the user's own
 * config, exactly as those say. What the repository's config says of drivers is off.
 *
 * All of them off was tried and left: Git LFS files then count as changed wherever git has to look at the
 * content, which in a young checkout is everywhere. Two things it does not stop, which take isolation: a
 * config that changes between this look and the call, and an owner's driver that itself takes commands
 * from the repository's config (git-lfs does, `lfs.extension.*`).
 *
 * By environment rather than `-c`, because a driver's name may hold a `=`.
 */
export async function ownersFilters(
  cwd: string,
  env: Record<string, string>,
): Promise<Record<string, string>> {
  const listed = await gitOrNull(['config', '--show-scope', '-z', '--get-regexp', '^filter\\.'], { cwd, env })
  const fields = (listed ?? '').split('\0')
  const owned = new Map<string, string>()
  const bent = new Set<string>()
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [key = '', ...lines] = fields[at + 1]!.split('\n')
    if (fields[at] !== 'system' && fields[at] !== 'global') bent.add(key)
    else owned.set(key, lines.length > 0 ? lines.join('\n') : 'true')
  }
  // Only what the repository set is set back: an empty `process` would turn `clean` and `smudge` off too.
  return Object.fromEntries([
    ...Object.entries(env),
    ['GIT_CONFIG_COUNT', String(bent.size)],
    ...[...bent].flatMap((key, n) => [
      [`GIT_CONFIG_KEY_${n}`, key],
      [`GIT_CONFIG_VALUE_${n}`, owned.get(key) ?? ''],
    ]),
  ])
}
