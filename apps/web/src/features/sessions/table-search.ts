/** What the table shows, as it stands in the address. */
export interface TableSearch {
  text?: string
  repo?: string
  worktree?: string
  person?: string
  harness?: string
  archived?: boolean
}

const texts = ['text', 'repo', 'worktree', 'person', 'harness'] as const

/** Reads it from an address that anybody may have written. */
export function tableSearch(search: Record<string, unknown>): TableSearch {
  const read: TableSearch = {}
  for (const name of texts) {
    const value = search[name]
    // A number in the address is read as one.
    if (typeof value === 'string' || typeof value === 'number') read[name] = String(value)
  }
  if (search.archived === true) read.archived = true
  return read
}

/**
 * The same as a query of sessions.
 *
 * @param worktreesOf ids of a repo's worktrees
 */
export function queryOf(
  { text, repo, worktree, person, harness, archived }: TableSearch,
  worktreesOf: (repo_id: string) => string[],
): Record<string, unknown> {
  return {
    $sort: { last_activity_at: -1 },
    ...(archived ? {} : { archived_at: null }),
    ...(worktree
      ? { worktree_id: worktree }
      : repo
        ? { worktree_id: { $in: worktreesOf(repo).slice(0, 200) } }
        : {}),
    ...(person ? { created_by: person } : {}),
    ...(harness ? { harness } : {}),
    ...(text?.trim() ? { text: text.trim().slice(0, 200) } : {}),
  }
}
