import { ActionIcon, Drawer } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconLayoutSidebarRight } from '@tabler/icons-react'
import type { Session, Task } from '@yardmaster/protocol'
import classes from '../session.module.css'
import { About } from './about.js'

/** What stands beside the transcript, where there is no room for it: over the page, when asked for. */
export function SideDrawer({ session, tasks }: { session: Session; tasks: readonly Task[] }) {
  const [opened, { open, close }] = useDisclosure()
  return (
    <>
      <ActionIcon className={classes.toSide as string} aria-label="About this session" onClick={open}>
        <IconLayoutSidebarRight size={18} />
      </ActionIcon>
      <Drawer opened={opened} onClose={close} position="right" size={320} title="About this session">
        <About session={session} tasks={tasks} />
      </Drawer>
    </>
  )
}
