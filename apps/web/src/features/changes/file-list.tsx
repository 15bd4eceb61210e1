import type { DiffFile } from '@yardmaster/client'
import { Exact } from '../../ui/exact-text.js'
import classes from './changes.module.css'
import { FileCounts } from './file-counts.js'

/** What changed, by name; leads to each. */
export function FileList({ files, go }: { files: readonly DiffFile[]; go(path: string): void }) {
  return (
    <nav className={classes.list} aria-label="Changed files">
      {files.map((file) => (
        <button key={file.path} type="button" className={classes.listed} onClick={() => go(file.path)}>
          <span className={classes.path}>
            <Exact text={file.path} />
          </span>
          <FileCounts file={file} />
        </button>
      ))}
    </nav>
  )
}
