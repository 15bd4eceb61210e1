import { environmentInside } from '@yardmaster/processes'
import type { ExecutorOrder } from '@yardmaster/protocol'

/**
 * What a harness finds in its environment: the executor's own, what the catalogue says for it, and what belongs to the
 * person who prompted, which goes before both.
 */
export function environmentFor({ harness, identity, shut_in }: ExecutorOrder): NodeJS.ProcessEnv {
  const { git, env } = identity
  const author = git && {
    GIT_AUTHOR_NAME: git.name,
    GIT_AUTHOR_EMAIL: git.email,
    GIT_COMMITTER_NAME: git.name,
    GIT_COMMITTER_EMAIL: git.email,
  }
  const inherited = shut_in ? environmentInside(process.env, shut_in.home) : process.env
  return { ...inherited, ...harness.env, ...author, ...env }
}
