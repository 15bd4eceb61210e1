import { AppShell, Burger, Button, Group, Image, NavLink, Stack, Text } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { IconPlus } from '@tabler/icons-react'
import { Link, Outlet, useLocation } from '@tanstack/react-router'
import { Suspense, useEffect } from 'react'
import { useMay } from '../data/ability.js'
import { useLiveLists } from '../data/use-live.js'
import { useNotices } from '../features/notices/use-notices.js'
import { useNeeds, waitingIn } from '../features/sessions/use-needs.js'
import { pageTitle } from '../ui/page.js'
import { ConnectionState } from './connection-state.js'
import { navigation } from './navigation.js'
import { OverThePage } from './over-the-page.js'
import classes from './shell.module.css'
import { UserMenu } from './user-menu.js'

/** The frame of every page: where one can go, who one is, and whether what is shown is live. */
export function Shell() {
  useLiveLists()
  const mayI = useMay()
  const { groups, isPending } = useNeeds()
  const waiting = waitingIn(groups)
  useNotices(isPending ? undefined : groups)
  useEffect(() => pageTitle.count(waiting), [waiting])
  const [opened, { toggle, close }] = useDisclosure()
  const { pathname } = useLocation()

  return (
    <AppShell
      layout="alt"
      header={{ height: { base: 48, sm: 0 } }}
      navbar={{ width: 216, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding={0}
    >
      <a className={classes.skip} href="#content">
        Skip to the content
      </a>
      <AppShell.Header hiddenFrom="sm" className={classes.header}>
        <Group h="100%" px="sm" gap="sm">
          <Burger opened={opened} onClick={toggle} size="sm" aria-label="Navigation" />
          <Text fw={600}>Yardmaster</Text>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar className={classes.navbar} aria-label="Main">
        <Group gap="sm" px="xs" h={40} justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Image src="/app/icon.svg" alt="" w={24} h={24} />
            <Text fw={600} size="lg">
              Yardmaster
            </Text>
          </Group>
          <Burger opened={opened} onClick={toggle} size="sm" hiddenFrom="sm" aria-label="Close navigation" />
        </Group>
        <Button component={Link} to="/new" onClick={close} leftSection={<IconPlus size={16} />} my="sm">
          New session
        </Button>
        <Stack gap={2} flex={1}>
          {navigation
            .filter((entry) => !('needs' in entry) || mayI(...entry.needs))
            .map(({ to, label, icon: Icon }) => (
              <NavLink
                key={to}
                component={Link}
                to={to}
                onClick={close}
                active={pathname === to || (to === '/admin/people' && pathname.startsWith('/admin/'))}
                activeOptions={{ exact: true }}
                label={label}
                leftSection={<Icon size={18} stroke={1.6} />}
                rightSection={
                  to === '/' && waiting > 0 ? <span className={classes.count}>{waiting}</span> : null
                }
                className={classes.link}
              />
            ))}
        </Stack>
        <ConnectionState />
        <UserMenu />
      </AppShell.Navbar>
      <AppShell.Main id="content" className={classes.main} tabIndex={-1}>
        <Suspense>
          <Outlet />
        </Suspense>
      </AppShell.Main>
      <OverThePage />
    </AppShell>
  )
}
