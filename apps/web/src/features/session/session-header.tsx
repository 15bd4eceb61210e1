import { Badge, Button, Group, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { WatchState } from '@yardmaster/client'
import type { Session, Task } from '@yardmaster/protocol'
import { memo } from 'react'
import { connectionWords } from '../../ui/words.js'
import { PersonName } from '../sessions/person-name.js'
import { PlaceName } from '../sessions/place-name.js'
import { nameOf } from '../sessions/session-name.js'
import { StatusBadge } from '../sessions/status-badge.js'
import { FindButton } from './find/find-panel.js'
import { PeopleHere } from './people-here.js'
import classes from './session.module.css'
import { SessionMenu } from './session-menu.js'
import { SideDrawer } from './side/side-drawer.js'

interface SessionHeaderProps {
  session: Session
  tasks: readonly Task[]
  state: WatchState
}

/** What the session is and does now; whether what is shown is as it is now. */
export const SessionHeader = memo(function SessionHeader({ session, tasks, state }: SessionHeaderProps) {
  return (
    <header className={classes.header}>
      <div className={classes.title}>
        <Title order={1} size="h2" lineClamp={1}>
          {nameOf(session)}
        </Title>
        <Group gap={6} wrap="nowrap">
          <PlaceName worktree_id={session.worktree_id} />
          <Text span size="xs" c="dimmed" truncate>
            · {session.harness}
            {session.model ? ` · ${session.model}` : ''} · <PersonName id={session.created_by} />
          </Text>
        </Group>
      </div>
      <PeopleHere session_id={session.id} />
      {state !== 'live' && (
        <Badge color="orange" role="status">
          {connectionWords[state]}
          {state === 'offline' ? ' the connection was lost' : ''}
        </Badge>
      )}
      <StatusBadge session={session} />
      <FindButton session_id={session.id} />
      <Button
        variant="default"
        size="xs"
        renderRoot={(props) => <Link {...props} to="/sessions/$id/changes" params={{ id: session.id }} />}
      >
        Changes
      </Button>
      <SideDrawer session={session} tasks={tasks} />
      <SessionMenu session={session} />
    </header>
  )
})
