import { listFiles } from '@yardmaster/git'
import { type Principal, type Repo, type Worktree, YardmasterError } from '@yardmaster/protocol'
import { loadRepo } from '@yardmaster/store'
import type { Yard } from '../../yard.js'
import { inWorktree } from './in-worktree.js'
import { bestPaths } from './match-paths.js'
import { onThisHost } from './on-this-host.js'

/** Paths that one answer has at most. */
const MOST = 50

/** Milliseconds for which a worktree's list is good: somebody types, and asks with every key. */
const FRESH = 5_000

/** Lists that are kept at once, of some megabytes where a repository is large. */
const KEPT = 8

/** The paths of files in worktrees, as people look for them. */
export class WorktreeFiles {
  readonly #lists = new Map<string, { until: number; paths: Promise<string[]> }>()

  constructor(private readonly yard: Yard) {}

  /** Those that a text fits best. @throws OTHER_HOST, WORKTREE_GONE */
  async find(worktree: Worktree, text: string, by: Principal): Promise<{ paths: string[]; more: boolean }> {
    onThisHost(this.yard, worktree)
    const found = bestPaths(await this.#list(worktree, by), text)
    return { paths: found.slice(0, MOST), more: found.length > MOST }
  }

  #list({ id, path, repo_id }: Worktree, by: Principal): Promise<string[]> {
    const known = this.#lists.get(id)
    if (known && known.until > performance.now()) return known.paths
    const paths = this.#read(path, repo_id, by)
    this.#lists.delete(id)
    this.#lists.set(id, { until: performance.now() + FRESH, paths })
    // What failed is tried anew by whoever asks next.
    paths.catch(() => this.#lists.delete(id))
    const [oldest] = this.#lists.keys()
    if (oldest && this.#lists.size > KEPT) this.#lists.delete(oldest)
    return paths
  }

  async #read(path: string, repo_id: string, by: Principal): Promise<string[]> {
    const { row: repo } = await loadRepo(this.yard.db, repo_id, by)
    if (!repo) throw new YardmasterError('NOT_FOUND')
    const { path: repo_path } = repo as unknown as Repo
    return inWorktree(this.yard, { path, repo_path }, () => listFiles(path))
  }
}
