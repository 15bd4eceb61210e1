import { Box, Group, Title } from '@mantine/core'
import { type ReactNode, useEffect } from 'react'
import classes from './page.module.css'

/** A page with its heading, what can be done on it, and a body that scrolls by itself. */
export function Page({
  title,
  actions,
  children,
}: {
  title: string
  actions?: ReactNode
  children: ReactNode
}) {
  usePageTitle(title)
  return (
    <Box className={classes.page}>
      <Group className={classes.head} justify="space-between" wrap="nowrap">
        <Title order={1} size="h1">
          {title}
        </Title>
        <Group gap="xs" wrap="nowrap">
          {actions}
        </Group>
      </Group>
      <Box className={classes.body}>{children}</Box>
    </Box>
  )
}

/** What the tab is called, as long as this is shown. The count before it is the shell's. */
export function usePageTitle(title: string): void {
  useEffect(() => {
    pageTitle.set(title)
  }, [title])
}

let counted = 0
let named = 'Yardmaster'
const write = () => {
  document.title = `${counted > 0 ? `(${counted}) ` : ''}${named}`
}
/** The tab's title: how much waits for whoever looks, and the page. */
export const pageTitle = {
  set(title: string) {
    named = title === 'Yardmaster' ? title : `${title} · Yardmaster`
    write()
  },
  count(waiting: number) {
    counted = waiting
    write()
  },
}
