import { Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link, useSearch } from '@tanstack/react-router'
import type { Session } from '@yardmaster/protocol'
import { TableVirtuoso } from 'react-virtuoso'
import { useAll } from '../../data/lists.js'
import { useClient } from '../../data/signed-in.js'
import { Empty } from '../../ui/empty.js'
import { Page } from '../../ui/page.js'
import rows from '../../ui/rows.module.css'
import { Ago } from '../../ui/time.js'
import { Trouble } from '../../ui/trouble.js'
import { PersonName } from './person-name.js'
import { PlaceName } from './place-name.js'
import { nameOf } from './session-name.js'
import classes from './sessions.module.css'
import { StatusBadge } from './status-badge.js'
import { TableFilters } from './table-filters.js'
import { queryOf } from './table-search.js'

const pageSize = 100

/** All sessions there are, by filters that stand in the address; rows come as one scrolls to them. */
export function TablePage() {
  const search = useSearch({ from: '/sessions' })
  const client = useClient()
  const { data: worktrees } = useAll('worktrees')
  const query = queryOf(search, (repo_id) =>
    (worktrees ?? []).filter((worktree) => worktree.repo_id === repo_id).map(({ id }) => id),
  )
  const found = useInfiniteQuery({
    queryKey: ['sessions', 'table', query],
    queryFn: ({ pageParam }) =>
      client.service('sessions').find({ query: { ...query, $limit: pageSize, $skip: pageParam } }),
    initialPageParam: 0,
    getNextPageParam: (last, pages) => (last.data.length < pageSize ? undefined : pages.length * pageSize),
    enabled: !search.repo || worktrees !== undefined,
    placeholderData: (before) => before,
  })
  const sessions = found.data?.pages.flatMap((page) => page.data) ?? []
  const total = found.data?.pages[0]?.total

  return (
    <Page
      title="All sessions"
      actions={
        total !== undefined && (
          <Text size="xs" c="dimmed">
            {total} {total === 1 ? 'session' : 'sessions'}
          </Text>
        )
      }
    >
      <div className={classes.tablePage}>
        <TableFilters search={search} />
        {found.isError && <Trouble error={found.error} retry={found.refetch} />}
        {found.isSuccess && sessions.length === 0 && (
          <Empty title="No session fits">Take a filter away.</Empty>
        )}
        {sessions.length > 0 && (
          <TableVirtuoso
            className={`${rows.rows} ${classes.table}`}
            data={sessions}
            computeItemKey={(_place, { id }) => id}
            endReached={() => found.hasNextPage && void found.fetchNextPage()}
            increaseViewportBy={400}
            fixedHeaderContent={Head}
            itemContent={(_place, session) => <Cells session={session} />}
          />
        )}
      </div>
    </Page>
  )
}

function Head() {
  return (
    <tr>
      <th scope="col">Session</th>
      <th scope="col" style={{ width: 110 }}>
        State
      </th>
      <th scope="col" style={{ width: '22%' }} className={rows.spacious}>
        Worktree
      </th>
      <th scope="col" style={{ width: 90 }} className={rows.spacious}>
        Agent
      </th>
      <th scope="col" style={{ width: 120 }} className={rows.spacious}>
        By
      </th>
      <th scope="col" style={{ width: 100 }}>
        Moved
      </th>
    </tr>
  )
}

function Cells({ session }: { session: Session }) {
  return (
    <>
      <td>
        <Link to="/sessions/$id" params={{ id: session.id }} data-step>
          {nameOf(session)}
        </Link>
      </td>
      <td>
        <StatusBadge session={session} />
      </td>
      <td className={rows.spacious}>
        <PlaceName worktree_id={session.worktree_id} />
      </td>
      <td className={rows.spacious}>{session.harness}</td>
      <td className={rows.spacious}>
        <PersonName id={session.created_by} />
      </td>
      <td>
        <Ago at={session.last_activity_at} />
      </td>
    </>
  )
}
