import { Stack } from '@mantine/core'
import type { SessionView } from '@yardmaster/client'
import { Facts } from './facts.js'
import { FamilyTree } from './family-tree.js'
import { Plan } from './plan.js'
import { Usage } from './usage.js'

/** What the agent plans and used, what the session is, and where it comes from. */
export function About({ view: { session, tasks } }: { view: SessionView }) {
  return (
    <Stack gap="lg">
      <Plan plan={session.plan} />
      <Usage usage={session.usage} />
      <Facts session={session} tasks={tasks} />
      <FamilyTree session={session} />
    </Stack>
  )
}
