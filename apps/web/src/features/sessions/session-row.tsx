import { Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Session } from '@yardmaster/protocol'
import type { ReactNode } from 'react'
import { Ago } from '../../ui/time.js'
import { PersonName } from './person-name.js'
import { PlaceName } from './place-name.js'
import { nameOf } from './session-name.js'
import classes from './sessions.module.css'
import { StatusBadge } from './status-badge.js'

/** A session in a list: what it is, where and whose, what it does; a dot where something is new. */
export function SessionRow({
  session,
  news,
  children,
}: {
  session: Session
  news: boolean
  children?: ReactNode
}) {
  return (
    <li className={classes.row}>
      <Link to="/sessions/$id" params={{ id: session.id }} className={classes.rowLink} data-step>
        <span className={classes.news} data-news={news || undefined}>
          {news && <span className={classes.unseen}>new</span>}
        </span>
        <div className={classes.what}>
          <Text fw={news ? 600 : 500} truncate>
            {nameOf(session)}
          </Text>
          <Group gap={6} wrap="nowrap">
            <PlaceName worktree_id={session.worktree_id} />
            <Text span size="xs" c="dimmed" className={classes.nowrap}>
              · {session.harness} · <PersonName id={session.created_by} />
            </Text>
          </Group>
        </div>
        <StatusBadge session={session} />
        <Text span size="xs" c="dimmed" className={classes.when}>
          <Ago at={session.last_activity_at} />
        </Text>
      </Link>
      {children}
    </li>
  )
}
