/** What is shown of a session's changes, as it stands in the address. */
export interface ChangesSearch {
  /** Of this task alone; left out, of the whole worktree. */
  task_id?: string
  /** Side by side. */
  split?: boolean
}

/** Reads it from an address that anybody may have written. */
export const changesSearch = ({ task_id, split }: Record<string, unknown>): ChangesSearch => ({
  ...(typeof task_id === 'string' ? { task_id } : {}),
  ...(split === true ? { split } : {}),
})
