import { Badge, Table, Text } from '@mantine/core'
import type { Runtime } from '@yardmaster/protocol'
import { useAll } from '../../data/lists.js'
import { useRuntimeLoad } from '../../data/runtime-load.js'
import { colours } from '../../ui/colours.js'
import { Empty } from '../../ui/empty.js'
import { LoadBar } from '../../ui/load-bar.js'
import { Panel } from '../../ui/panel.js'
import { PlainTable } from '../../ui/plain-table.js'
import { Ago } from '../../ui/time.js'
import { Trouble } from '../../ui/trouble.js'
import { isolationWords } from '../../ui/words.js'
import { AdminPage } from './admin-page.js'

/** Where agents run: how they are kept apart, which there are, and how much of them is taken. */
export function RuntimesPage() {
  const { data: runtimes, error, refetch } = useAll('runtimes')
  return (
    <AdminPage title="Runtimes">
      {error && <Trouble error={error} retry={refetch} />}
      {runtimes?.length === 0 && (
        <Empty title="No runtime yet">The daemon starts one of its own; its log says why it did not.</Empty>
      )}
      {runtimes?.map((runtime) => (
        <RuntimePanel key={runtime.id} runtime={runtime} />
      ))}
    </AdminPage>
  )
}

function RuntimePanel({ runtime }: { runtime: Runtime }) {
  const isolation = isolationWords[runtime.isolation]
  return (
    <Panel
      title={runtime.name}
      about={<>Last heard of {runtime.last_seen_at === null ? 'never' : <Ago at={runtime.last_seen_at} />}</>}
      actions={
        <>
          <Badge color={runtime.isolation === 'none' ? colours.waits : colours.done}>
            {isolation?.title ?? runtime.isolation}
          </Badge>
          <Badge color={runtime.offline_since === null ? colours.done : colours.failed}>
            {runtime.offline_since === null ? 'online' : 'offline'}
          </Badge>
        </>
      }
    >
      {isolation && (
        <Text size="sm" c="dimmed">
          {isolation.about} ({runtime.isolation})
        </Text>
      )}
      <Load runtime={runtime} />
      <Harnesses runtime={runtime} />
      <Text size="xs" c="dimmed">
        Works below {runtime.allowed_roots.join(', ')}
      </Text>
    </Panel>
  )
}

function Load({ runtime: { id } }: { runtime: Runtime }) {
  const load = useRuntimeLoad().data?.find(({ runtime_id }) => runtime_id === id)
  return load ? <LoadBar title="Load" load={load} /> : null
}

function Harnesses({ runtime: { harnesses } }: { runtime: Runtime }) {
  return (
    <PlainTable heads={['Agent', 'Version', 'State']} minWidth={420}>
      {harnesses.map(({ id, name, version, problem }) => (
        <Table.Tr key={id}>
          <Table.Td>{name}</Table.Td>
          <Table.Td>{version ?? '–'}</Table.Td>
          <Table.Td>{problem ?? 'can be used'}</Table.Td>
        </Table.Tr>
      ))}
    </PlainTable>
  )
}
