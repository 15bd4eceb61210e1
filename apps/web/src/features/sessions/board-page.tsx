import { Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { Session } from '@yardmaster/protocol'
import { needColours } from '../../ui/colours.js'
import { Empty } from '../../ui/empty.js'
import { Page } from '../../ui/page.js'
import { Ago } from '../../ui/time.js'
import { Trouble } from '../../ui/trouble.js'
import { type Need, needs, needWords } from '../../ui/words.js'
import { PersonName } from './person-name.js'
import { PlaceName } from './place-name.js'
import { nameOf } from './session-name.js'
import classes from './sessions.module.css'
import { StatusBadge } from './status-badge.js'
import { useNeeds } from './use-needs.js'

/** The same sessions side by side, a column for each thing that they want. */
export function BoardPage() {
  const { groups, news, isPending, error, refetch } = useNeeds()
  const columns = needs.map((need) => ({
    need,
    sessions: groups.find((group) => group.need === need)?.sessions ?? [],
  }))
  return (
    <Page title="Board">
      {error && <Trouble error={error} retry={refetch} />}
      {!isPending && groups.length === 0 && <Empty title="No sessions yet" />}
      {groups.length > 0 && (
        <div className={classes.board}>
          {columns
            .filter(({ need, sessions }) => sessions.length > 0 || need === 'running')
            .map(({ need, sessions }) => (
              <Column key={need} need={need} sessions={sessions} news={news} />
            ))}
        </div>
      )}
    </Page>
  )
}

interface ColumnProps {
  need: Need
  sessions: Session[]
  news(session: Session): boolean
}

function Column({ need, sessions, news }: ColumnProps) {
  const { title, about } = needWords[need]
  return (
    <section
      className={classes.column}
      aria-labelledby={`column-${need}`}
      style={{ '--column-colour': `var(--mantine-color-${needColours[need]}-filled)` } as React.CSSProperties}
    >
      <Group className={classes.groupHead} title={about}>
        <Text component="h2" id={`column-${need}`} fw={600}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {sessions.length}
        </Text>
      </Group>
      <ul className={classes.cards}>
        {sessions.map((session) => (
          <li key={session.id}>
            <Link to="/sessions/$id" params={{ id: session.id }} className={classes.card} data-step>
              <Text size="sm" fw={news(session) ? 600 : 500} lineClamp={2}>
                {nameOf(session)}
              </Text>
              <Text component="div" size="xs" truncate>
                <PlaceName worktree_id={session.worktree_id} />
              </Text>
              <Group justify="space-between" mt={6} wrap="nowrap">
                <StatusBadge session={session} />
                <Text span size="xs" c="dimmed" truncate>
                  <PersonName id={session.created_by} /> · <Ago at={session.last_activity_at} />
                </Text>
              </Group>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  )
}
