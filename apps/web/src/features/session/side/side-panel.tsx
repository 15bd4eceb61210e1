import { Stack } from '@mantine/core'
import type { SessionView } from '@yardmaster/client'
import classes from '../session.module.css'
import { Facts } from './facts.js'
import { FamilyTree } from './family-tree.js'
import { Plan } from './plan.js'
import { Usage } from './usage.js'

/** Beside the transcript: what the agent plans and used, what the session is, and where it comes from. */
export function SidePanel({ view: { session, tasks } }: { view: SessionView }) {
  return (
    <aside className={classes.side} aria-label="About this session">
      <Stack gap="lg">
        <Plan plan={session.plan} />
        <Usage usage={session.usage} />
        <Facts session={session} tasks={tasks} />
        <FamilyTree session={session} />
      </Stack>
    </aside>
  )
}
