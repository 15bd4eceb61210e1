import type { DiffFile } from '@yardmaster/client'
import classes from './changes.module.css'

/** How many lines came and went. */
export function FileCounts({ file: { added, removed, binary } }: { file: DiffFile }) {
  if (binary) return <span className={classes.counts}>binary</span>
  return (
    <span className={classes.counts}>
      <span data-kind="added">+{added ?? 0}</span> <span data-kind="removed">−{removed ?? 0}</span>
    </span>
  )
}
