import { addWorktree, removeWorktree, validateName } from '@yardmaster/git'
import { type Repo, type Worktree, YardmasterError } from '@yardmaster/protocol'
import {
  deleteSessionsOf,
  deleteWorktree,
  loadRepo,
  lockSessionsOf,
  lockWorktree,
  maybeRow,
  patchWorktree,
  presentWorktree,
  type Tx,
  worktreeAccess,
} from '@yardmaster/store'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import { worktreeScope } from '../../lists/scope.js'
import type { Yard } from '../../yard.js'
import { userOf } from '../user-of.js'
import { DiskLooks } from './disk-looks.js'
import { WorktreeFiles } from './files.js'
import { forRefs } from './in-worktree.js'
import { makeWorktree } from './make-worktree.js'
import { onThisHost } from './on-this-host.js'

interface NewWorktree {
  repo_id: string
  name: string
  branch?: string
  base?: string
  others_can?: string
}
interface WorktreeChange {
  name?: string
  archived_at?: string | null
  others_can?: string
}

/** Real git worktrees on the daemon's own runtime, below its home. */
export class Worktrees {
  private readonly looks = new DiskLooks()
  private readonly lists: WorktreeFiles

  constructor(private readonly yard: Yard) {
    this.lists = new WorktreeFiles(yard)
  }

  find({ principal, query = {} }: CallParams) {
    const scope = worktreeScope(principal, 'x.id')
    return list(this.yard.db, query, { table: 'worktrees', present: presentWorktree, scope })
  }

  async get(_id: string, { target }: CallParams) {
    return rowOf(target)
  }

  create(data: NewWorktree, { principal, target }: CallParams) {
    const { name, branch = name, base, others_can } = data
    const repo = rowOf<Repo>(target)
    const checkOut = async (path: string) => {
      const made = await addWorktree({
        repo: repo.path,
        path,
        branch,
        enclosure: forRefs(this.yard, repo.path),
        ...(base === undefined ? {} : { base }),
      })
      return base === undefined ? { ...made, target_branch: repo.default_branch } : made
    }
    const user_id = userOf(principal) as string
    return makeWorktree(
      this.yard,
      { repo, name, user_id, checkOut, ...(others_can ? { others_can } : {}) },
      async (_tx, worktree) => worktree,
    )
  }

  /** @throws EXECUTING when archiving where a task executes */
  patch(id: string, { name, archived_at, others_can }: WorktreeChange, { principal }: CallParams) {
    const needs = others_can === undefined ? 'all' : 'owner'
    if (name !== undefined) validateName(name)
    return this.yard.db.transaction(async (tx) => {
      if (archived_at) await refuseExecuting(tx, id)
      const row = maybeRow(
        await patchWorktree(
          tx,
          id,
          name ?? null,
          archived_at !== undefined,
          Boolean(archived_at),
          others_can ?? null,
          userOf(principal) as string,
          needs,
        ),
      )
      if (!row) throw new YardmasterError('FORBIDDEN')
      return row.wire
    })
  }

  /** Removes sessions, row and directory; the branch stays. @throws OTHER_HOST, EXECUTING */
  async remove(id: string, { principal, target }: CallParams) {
    const worktree = rowOf<Worktree>(target)
    onThisHost(this.yard, worktree)
    const { row: repo } = await loadRepo(this.yard.db, worktree.repo_id, principal)
    const wire = await this.yard.db.transaction(async (tx) => {
      await refuseExecuting(tx, id)
      await deleteSessionsOf(tx, id)
      const row = maybeRow(await deleteWorktree(tx, id, userOf(principal) as string))
      if (!row) throw new YardmasterError('FORBIDDEN')
      return row.wire
    })
    if (repo) await removeWorktree({ repo: (repo as unknown as Repo).path, path: worktree.path, force: true })
    return wire
  }

  /** Paths of its files that a text fits. @throws OTHER_HOST, WORKTREE_GONE */
  files({ text = '' }: { text?: string }, { principal, target }: CallParams) {
    return this.lists.find(rowOf<Worktree>(target), text, principal)
  }

  /** Everybody who may view it, or the one user that is named. @throws NOT_FOUND for a user that is not there */
  async access({ id, user_id }: { id: string; user_id?: string }) {
    const people = await worktreeAccess(this.yard.db, id, user_id ?? null)
    if (user_id && people.length === 0) throw new YardmasterError('NOT_FOUND', 'There is no such user.')
    return { worktree_id: id, people: people.map(({ wire }) => wire) }
  }

  /** What its files take, of at most a minute ago. @throws OTHER_HOST, WORKTREE_GONE */
  async disk(_data: { id: string }, { target }: CallParams) {
    const worktree = rowOf<Worktree>(target)
    onThisHost(this.yard, worktree)
    return this.looks.of(worktree.path).catch((error) => {
      throw error.code === 'ENOENT' ? new YardmasterError('WORKTREE_GONE') : error
    })
  }
}

async function refuseExecuting(tx: Tx, worktree_id: string): Promise<void> {
  await lockWorktree(tx, worktree_id)
  const sessions = await lockSessionsOf(tx, worktree_id)
  if (sessions.some(({ executing }) => executing)) throw new YardmasterError('EXECUTING')
}
