import { memo } from 'react'
import { Exact } from '../../../ui/exact-text.js'
import { changedLines } from './changed-lines.js'
import classes from './transcript.module.css'

const marks = { kept: ' ', added: '+', removed: '-' } as const

/** An edit of one file: what went, what came, and the lines around. */
export const EditDiff = memo(function EditDiff({
  path,
  before,
  after,
}: {
  path: string
  before: string
  after: string
}) {
  const lines = changedLines(before, after)
  return (
    <figure className={classes.edit}>
      <figcaption className={classes.editPath}>
        <Exact text={path} />
      </figcaption>
      <pre className={classes.editLines}>
        {lines.map(({ kind, text }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and never move
          <div key={place} data-kind={kind} className={classes.editLine}>
            {marks[kind]} {text}
          </div>
        ))}
      </pre>
    </figure>
  )
})
