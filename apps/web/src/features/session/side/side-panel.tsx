import type { Session, Task } from '@yardmaster/protocol'
import { memo } from 'react'
import classes from '../session.module.css'
import { About } from './about.js'

/** Beside the transcript, where there is room. */
export const SidePanel = memo(function SidePanel({
  session,
  tasks,
}: {
  session: Session
  tasks: readonly Task[]
}) {
  return (
    <aside className={classes.side} aria-label="About this session">
      <About session={session} tasks={tasks} />
    </aside>
  )
})
