import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type AgentUser, agentUser, becoming } from './agent-user.js'
import { bubblewrap } from './bubblewrap.js'
import { gitMounts, refMounts, sealed } from './git-mounts.js'
import { commonDirectory, type GitPlaces, gitPlaces } from './git-places.js'
import type { Isolation } from './isolation.js'
import { inOrder, type Mount, read, write } from './mounts.js'
import { unshare } from './unshare.js'

/** What is bound back into an enclosure. */
export interface Inside {
  /** A linked worktree, with its repository. */
  worktree?: { path: string; repo_path: string }
  /**
   * A repository whose refs may be written, and nothing else of it. What runs stays who asks: where no agent has been yet
   * nobody else may write there.
   */
  refs?: string
  /** Directories that may be written. */
  write?: readonly string[]
  /** What may be read; `at` where it shall be seen. */
  read?: readonly (string | { from: string; at: string })[]
}

export interface CommandOptions {
  cwd: string
  /** Default true. */
  network?: boolean
  /** Further directories that may be written, this time. */
  write?: readonly string[]
}

/**
 * A view of the host in which programs may run without seeing or reaching what is not theirs.
 *
 * @throws Error when the worktree is none of its repository
 */
export async function enclose(isolation: Isolation, inside: Inside): Promise<Enclosure> {
  if (isolation.mode === 'none') return new Enclosure(isolation, null, [], [], [])
  const { worktree } = inside
  const places = worktree ? await gitPlaces(worktree.path, worktree.repo_path) : null
  const writable = (inside.write ?? []).map(write)
  const readable = (inside.read ?? []).map((one) =>
    typeof one === 'string' ? read(one) : read(one.from, one.at),
  )
  const { refs } = inside
  const repo = refs === undefined ? [] : await refMounts(await commonDirectory(refs))
  const bound = [...readable, ...writable, ...repo, ...(places ? await gitMounts(places) : [])]
  const user = refs === undefined ? await agentUser(places?.common) : null
  const seals = places ? await sealed(places) : []
  return new Enclosure(isolation, places, bound, seals, inside.write ?? [], user)
}

export class Enclosure {
  constructor(
    private readonly isolation: Isolation,
    private readonly places: GitPlaces | null,
    private readonly bound: readonly Mount[],
    private readonly seals: readonly Mount[],
    private readonly own: readonly string[],
    private readonly user: AgentUser | null = null,
  ) {}

  get isOpen(): boolean {
    return this.isolation.mode === 'none'
  }

  /** Whom programs run as inside; null where it is whoever asks. */
  get agent(): AgentUser | null {
    return this.user
  }

  /** What makes git overlook a `.git` file that somebody put there: for our own calls. */
  get gitEnv(): Record<string, string> {
    if (!this.places) return {}
    const { worktree, common, own } = this.places
    return { GIT_DIR: own, GIT_COMMON_DIR: common, GIT_WORK_TREE: worktree }
  }

  /** The command line that runs a program inside. */
  async command(program: string, args: readonly string[], options: CommandOptions): Promise<string[]> {
    if (this.isOpen) return [program, ...args]
    const become = this.user ? becoming(this.user) : []
    return [...(await this.#start(this.seals, options)), ...become, program, ...args]
  }

  /**
   * Gives what may be written to the user inside, where that is another one: what root makes, a checkout above all, is
   * root's. Done inside, by root, so that a link which somebody put in the way leads to nothing that matters.
   *
   * @throws Error with what was said
   */
  async settle(): Promise<void> {
    if (!this.user) return
    const { uid, gid } = this.user
    const give = (paths: readonly string[], ...which: string[]) =>
      paths.length === 0
        ? []
        : [
            `find ${paths.map((path) => `"${path.replace(/["\\$`]/g, '\\$&')}"`).join(' ')} -xdev ${which.join(' ')} -exec chown -h ${uid}:${gid} {} +`,
          ]
    const shared = this.#shared()
    const script = [
      ...give(this.own, `! -uid ${uid}`),
      ...(this.places ? give([this.places.worktree, this.places.own, ...shared.whole], '-uid 0') : []),
      ...give(shared.directories, '-type d', '-uid 0'),
    ]
    const [program = '', ...args] = [...(await this.#start([], { cwd: '/' })), 'sh', '-c', script.join('\n')]
    await promisify(execFile)(program, args)
  }

  /** Of what worktrees share: directories in which files come and go, and files that are written on. */
  #shared(): { directories: string[]; whole: string[] } {
    const { common } = this.places ?? {}
    if (!common) return { directories: [], whole: [] }
    const has = (name: string) =>
      this.bound.some(({ at, kind }) => kind === 'write' && at === join(common, name))
    const named = (...names: string[]) => names.filter(has).map((name) => join(common, name))
    return { directories: named('objects', 'refs', 'lfs'), whole: named('logs', 'reftable') }
  }

  async #start(seals: readonly Mount[], { cwd, network = true, write: more = [] }: CommandOptions) {
    const mounts = await inOrder(
      this.isolation.hidden,
      [...this.bound, ...more.map(write), ...seals],
      this.user,
    )
    const start = this.isolation.mode === 'bubblewrap' ? bubblewrap : unshare
    return start(mounts, cwd, network)
  }
}
