import { Button, Skeleton, Stack, Text } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { Empty } from '../../ui/empty.js'
import { Page } from '../../ui/page.js'
import { Trouble } from '../../ui/trouble.js'
import { needWords } from '../../ui/words.js'
import { AskedHere } from './asked-here.js'
import { SessionRow } from './session-row.js'
import classes from './sessions.module.css'
import { type NeedGroup, useNeeds } from './use-needs.js'

/** What waits for me, the most urgent first; then what runs; then what is quiet. */
export function NeedsMePage() {
  const { groups, news, isPending, error, refetch } = useNeeds()
  return (
    <Page title="Needs me">
      <div className={classes.list}>
        {error && <Trouble error={error} retry={refetch} />}
        {isPending && !error && <Waiting />}
        {!isPending && groups.length === 0 && (
          <Empty title="No sessions yet">
            <Stack align="center">
              <span>A session is a conversation with a coding agent in a worktree of its own.</span>
              <Button component={Link} to="/new" leftSection={<IconPlus size={16} />}>
                Begin the first one
              </Button>
            </Stack>
          </Empty>
        )}
        {groups.map((group) => (
          <Group key={group.need} group={group} news={news} />
        ))}
      </div>
    </Page>
  )
}

function Group({
  group: { need, sessions },
  news,
}: {
  group: NeedGroup
  news: ReturnType<typeof useNeeds>['news']
}) {
  const { title, about } = needWords[need]
  return (
    <section className={classes.group} aria-labelledby={`need-${need}`}>
      <div className={classes.groupHead}>
        <Text component="h2" id={`need-${need}`} fw={600}>
          {title}
        </Text>
        <Text size="xs" c="dimmed">
          {sessions.length} · {about}
        </Text>
      </div>
      <ul className={classes.rows}>
        {sessions.map((session) => (
          <SessionRow key={session.id} session={session} news={news(session)}>
            {need === 'asks' && <AskedHere session={session} />}
          </SessionRow>
        ))}
      </ul>
    </section>
  )
}

function Waiting() {
  return (
    <Stack gap="xs" mt="md" aria-hidden>
      {[1, 2, 3].map((place) => (
        <Skeleton key={place} height={52} />
      ))}
    </Stack>
  )
}
