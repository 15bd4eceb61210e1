import { AsyncLocalStorage } from 'node:async_hooks'
import { lchown } from 'node:fs/promises'

/** What a git call is shut in by; `enclose` of the package `processes` makes one. */
export interface GitEnclosure {
  /** Nothing is shut in. */
  readonly isOpen: boolean
  /** Names the worktree's directories, so that nothing in the worktree itself says where they are. */
  readonly gitEnv: Record<string, string>
  /** Whom git runs as; null: whoever calls. */
  readonly agent: { uid: number; gid: number } | null
  /** The command line that runs a program inside. */
  command(
    program: string,
    args: readonly string[],
    options: { cwd: string; network: boolean; write: readonly string[] },
  ): Promise<string[]>
}

interface Shut {
  enclosure: GitEnclosure
  write: readonly string[]
}

const shut = new AsyncLocalStorage<Shut>()

/**
 * Does a work whose git calls all run inside an enclosure, without network. For every work in a worktree that an agent
 * has written in: settings and hooks that are off stop neither a filter driver nor a driver of the owner's that takes
 * commands from the repository.
 */
export function within<T>(enclosure: GitEnclosure, work: () => Promise<T>): Promise<T> {
  return enclosure.isOpen ? work() : shut.run({ enclosure, write: [] }, work)
}

/** The same with a scratch directory of ours, in which git writes too. */
export function alongside<T>(scratch: string, work: () => Promise<T>): Promise<T> {
  const now = shut.getStore()
  return now ? shut.run({ ...now, write: [...now.write, scratch] }, work) : work()
}

/** Gives a new file or directory of ours to whom git runs as. */
export async function handOver(path: string): Promise<void> {
  const agent = shut.getStore()?.enclosure.agent
  if (agent) await lchown(path, agent.uid, agent.gid)
}

/** How git is started here and now: its command line, and what it has in its environment besides. */
export async function startOf(args: string[], cwd: string): Promise<{ command: string[]; env: object }> {
  const now = shut.getStore()
  if (!now) return { command: ['git', ...args], env: {} }
  const { enclosure, write } = now
  const command = await enclosure.command('git', args, { cwd, network: false, write })
  return { command, env: enclosure.gitEnv }
}
