import { Stack } from '@mantine/core'
import type { Session, Task } from '@yardmaster/protocol'
import { Facts } from './facts.js'
import { FamilyGraph } from './family-graph.js'
import { Plan } from './plan.js'
import { Usage } from './usage.js'

/** What the agent plans and used, what the session is, and where it comes from. */
export function About({ session, tasks }: { session: Session; tasks: readonly Task[] }) {
  return (
    <Stack gap="lg">
      <Plan plan={session.plan} />
      <Usage usage={session.usage} />
      <Facts session={session} tasks={tasks} />
      <FamilyGraph session={session} />
    </Stack>
  )
}
