import type { SessionView } from '@yardmaster/client'
import classes from '../session.module.css'
import { About } from './about.js'

/** Beside the transcript, where there is room. */
export function SidePanel({ view }: { view: SessionView }) {
  return (
    <aside className={classes.side} aria-label="About this session">
      <About view={view} />
    </aside>
  )
}
