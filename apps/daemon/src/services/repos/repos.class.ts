import { homedir } from 'node:os'
import { join } from 'node:path'
import { cloneRepo, inspectRepo } from '@yardmaster/git'
import { YardmasterError } from '@yardmaster/protocol'
import {
  deleteRepo,
  insertRepo,
  maybeRow,
  onlyRow,
  patchRepo,
  presentRepo,
  putGrant,
} from '@yardmaster/store'
import { v7 } from 'uuid'
import { askAgain } from '../../hooks/ask-again.js'
import { type CallParams, rowOf } from '../../hooks/context.js'
import { list } from '../../lists/list.js'
import type { Yard } from '../../yard.js'
import { userOf } from '../user-of.js'

interface NewRepo {
  name: string
  path?: string
  url?: string
}

/** Git repositories that worktrees are made of. */
export class Repos {
  constructor(private readonly yard: Yard) {}

  find({ principal, query = {} }: CallParams) {
    const scope = { sql: "repo_level(?::uuid, x.id) >= 'view'", values: [userOf(principal)] }
    return list(this.yard.db, query, { table: 'repos', present: presentRepo, scope })
  }

  async get(_id: string, { target }: CallParams) {
    return rowOf(target)
  }

  /** Whoever adds a repo is its first owner, so that they can make worktrees of it. */
  async create({ name, path, url }: NewRepo, params: CallParams) {
    if (!path === !url)
      throw new YardmasterError('INVALID', 'Give either the path of a repository or a url to clone.')
    const id = v7()
    const repo = url
      ? await cloneRepo({ url, into: join(this.yard.settings.home, 'repos', id) })
      : await inspectRepo(fromHome(path as string))
    const user_id = userOf(params.principal)
    return this.yard.db.transaction(async (tx) => {
      // Cloning takes its time.
      await askAgain(tx, params)
      const { wire } = onlyRow(
        await insertRepo(tx, id, name, repo.path, url ?? null, repo.default_branch, user_id),
      )
      await putGrant(tx, v7(), id, null, user_id, null, 'owner', user_id)
      return wire
    })
  }

  patch(id: string, { name, default_branch }: { name?: string; default_branch?: string }) {
    return this.yard.db.transaction(async (tx) => {
      const row = maybeRow(await patchRepo(tx, id, name ?? null, default_branch ?? null))
      if (!row) throw new YardmasterError('NOT_FOUND')
      return row.wire
    })
  }

  /** Forgets the repo; its files stay where they are. @throws IN_USE while it has worktrees */
  remove(id: string) {
    return this.yard.db.transaction(async (tx) => {
      const row = maybeRow(await deleteRepo(tx, id))
      if (!row) throw new YardmasterError('NOT_FOUND')
      return row.wire
    })
  }
}

/** `~/shop`, as one says it in a shell: below the home of the user whom the daemon runs as. */
const fromHome = (path: string): string => (path.startsWith('~/') ? join(homedir(), path.slice(2)) : path)
