import { Button, Group, SegmentedControl, Select, Text } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import type { Session } from '@yardmaster/protocol'
import { useClient } from '../../data/signed-in.js'
import { nameOf, titleFrom } from '../sessions/session-name.js'
import classes from './changes.module.css'
import type { ChangesSearch } from './changes-search.js'

const everything = 'everything'

/** Which changes are shown, and how. */
export function ChangesBar({
  session,
  search,
  refresh,
  refreshing,
}: {
  session: Session
  search: ChangesSearch
  refresh(): void
  refreshing: boolean
}) {
  const client = useClient()
  const navigate = useNavigate({ from: '/sessions/$id/changes' })
  const { data: tasks } = useQuery({
    queryKey: ['tasks', session.id, session.status],
    queryFn: () =>
      client.service('tasks').find({
        query: { session_id: session.id, $sort: { created_at: -1 }, $limit: 100, $total: false },
      }),
  })
  const choices = [
    { value: everything, label: 'All since the target branch' },
    ...(tasks?.data ?? [])
      .filter(({ started_at }) => started_at !== null)
      .map(({ id, prompt }) => ({ value: id, label: `Only: ${titleFrom(prompt)}` })),
  ]
  return (
    <Group className={classes.bar} gap="sm">
      <Text size="sm" className={classes.of} truncate>
        of{' '}
        <Link to="/sessions/$id" params={{ id: session.id }}>
          {nameOf(session)}
        </Link>
      </Text>
      <Select
        aria-label="Which changes"
        data={choices}
        value={search.task_id ?? everything}
        onChange={(chosen) => {
          const { task_id: _, ...rest } = search
          void navigate({ search: chosen && chosen !== everything ? { ...rest, task_id: chosen } : rest })
        }}
        allowDeselect={false}
        searchable
        w={260}
      />
      <SegmentedControl
        aria-label="How"
        visibleFrom="sm"
        data={[
          { value: 'unified', label: 'Unified' },
          { value: 'split', label: 'Side by side' },
        ]}
        value={search.split ? 'split' : 'unified'}
        onChange={(chosen) => {
          const { split: _, ...rest } = search
          void navigate({ search: chosen === 'split' ? { ...rest, split: true } : rest })
        }}
      />
      <Button
        variant="default"
        leftSection={<IconRefresh size={16} />}
        loading={refreshing}
        onClick={refresh}
      >
        Read anew
      </Button>
    </Group>
  )
}
