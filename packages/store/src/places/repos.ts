import type { Repo } from '@yardmaster/protocol'
import { presentRepo } from '../present/presenters.js'
import { statement } from '../statement.js'

export const insertRepo = statement<
  [
    id: string,
    name: string,
    path: string,
    url: string | null,
    default_branch: string,
    created_by: string | null,
  ],
  { wire: Repo }
>(
  'insert-repo',
  `insert into repos as r (id, name, path, url, default_branch, created_by) values ($1, $2, $3, $4, $5, $6)
   returning ${presentRepo('r')} as wire`,
)

export const patchRepo = statement<
  [id: string, name: string | null, default_branch: string | null],
  { wire: Repo }
>(
  'patch-repo',
  `update repos r set name = coalesce($2, r.name), default_branch = coalesce($3, r.default_branch)
   where r.id = $1 returning ${presentRepo('r')} as wire`,
)

export const deleteRepo = statement<[id: string], { wire: Repo }>(
  'delete-repo',
  `delete from repos r where r.id = $1 returning ${presentRepo('r')} as wire`,
)
