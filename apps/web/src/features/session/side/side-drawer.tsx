import { ActionIcon, Drawer } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconLayoutSidebarRight } from '@tabler/icons-react'
import type { SessionView } from '@yardmaster/client'
import classes from '../session.module.css'
import { About } from './about.js'

/** What stands beside the transcript, where there is no room for it: over the page, when asked for. */
export function SideDrawer({ view }: { view: SessionView }) {
  const [opened, { open, close }] = useDisclosure()
  return (
    <>
      <ActionIcon className={classes.toSide as string} aria-label="About this session" onClick={open}>
        <IconLayoutSidebarRight size={18} />
      </ActionIcon>
      <Drawer opened={opened} onClose={close} position="right" size={320} title="About this session">
        <About view={view} />
      </Drawer>
    </>
  )
}
