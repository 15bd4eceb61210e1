import { Badge, Button, Text } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useSearch } from '@tanstack/react-router'
import type { AuditEntry } from '@yardmaster/protocol'
import { TableVirtuoso } from 'react-virtuoso'
import { useMay } from '../../data/ability.js'
import { useClient } from '../../data/signed-in.js'
import { colours } from '../../ui/colours.js'
import { Empty } from '../../ui/empty.js'
import rows from '../../ui/rows.module.css'
import { Ago } from '../../ui/time.js'
import { Trouble } from '../../ui/trouble.js'
import { actorWords, outcomeWords } from '../../ui/words.js'
import classes from './admin.module.css'
import { AdminPage } from './admin-page.js'
import { AuditFilters } from './audit-filters.js'
import { afterPage, auditQuery, detailOf } from './audit-search.js'
import { useNewLines } from './use-new-lines.js'

/** Who did what, and what was refused to whom, the newest first. */
export function AuditPage() {
  const search = useSearch({ from: '/admin/audit' })
  const client = useClient()
  const mayI = useMay()
  const found = useInfiniteQuery({
    queryKey: ['audit', search],
    queryFn: ({ pageParam }) => client.service('audit').find({ query: auditQuery(search, pageParam) }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ data }) => afterPage(data),
    enabled: mayI('find', 'audit'),
    placeholderData: (before) => before,
  })
  const lines = found.data?.pages.flatMap(({ data }) => data) ?? []
  const news = useNewLines(found.dataUpdatedAt)
  return (
    <AdminPage
      title="Audit log"
      whole
      actions={
        <Button variant="default" loading={found.isRefetching} onClick={() => void found.refetch()}>
          {news > 0 ? `Show ${news} new` : 'Read again'}
        </Button>
      }
    >
      <AuditFilters search={search} />
      {found.isError && <Trouble error={found.error} retry={found.refetch} />}
      {found.isSuccess && lines.length === 0 && <Empty title="No line fits">Take a filter away.</Empty>}
      {lines.length > 0 && (
        <TableVirtuoso
          className={`${rows.rows} ${classes.many} ${classes.log}`}
          data={lines}
          computeItemKey={(_place, { id }) => id}
          endReached={() => found.hasNextPage && void found.fetchNextPage()}
          increaseViewportBy={400}
          fixedHeaderContent={Head}
          itemContent={(_place, line) => <Cells line={line} />}
        />
      )}
    </AdminPage>
  )
}

function Head() {
  return (
    <tr>
      <th scope="col" style={{ width: 90 }}>
        When
      </th>
      <th scope="col" style={{ width: '20%' }}>
        Who
      </th>
      <th scope="col" style={{ width: '24%' }}>
        What
      </th>
      <th scope="col" style={{ width: 90 }}>
        Outcome
      </th>
      <th scope="col">More</th>
      <th scope="col" style={{ width: 130 }}>
        From
      </th>
    </tr>
  )
}

function Cells({ line }: { line: AuditEntry }) {
  return (
    <>
      <td>
        <Ago at={line.at} />
      </td>
      <td>
        {line.actor_name ?? actorWords[line.actor_kind]}
        <Text size="xs" c="dimmed">
          {line.acting_as}
        </Text>
      </td>
      <td>
        {line.resource} {line.method}
        {line.row_id && (
          <Text size="xs" c="dimmed" ff="monospace">
            {line.row_id}
          </Text>
        )}
      </td>
      <td>
        <Badge color={line.outcome === 'refused' ? colours.failed : colours.quiet}>
          {outcomeWords[line.outcome]}
        </Badge>
      </td>
      <td>{detailOf(line)}</td>
      <td>{line.address}</td>
    </>
  )
}
