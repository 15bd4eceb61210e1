import { Badge, Code, Table } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useMay } from '../../data/ability.js'
import { useClient } from '../../data/signed-in.js'
import { colours } from '../../ui/colours.js'
import { Panel } from '../../ui/panel.js'
import { PlainTable } from '../../ui/plain-table.js'
import { Trouble } from '../../ui/trouble.js'
import { AdminPage } from './admin-page.js'

/** What the daemon was started with. */
export function SettingsPage() {
  const client = useClient()
  const enabled = useMay()('find', 'settings')
  const { data, error, refetch } = useQuery({
    queryKey: ['settings'],
    queryFn: () => client.service('settings').find(),
    enabled,
  })
  return (
    <AdminPage title="Settings">
      {error && <Trouble error={error} retry={refetch} />}
      {data && (
        <Panel
          title="In force"
          about="Set by environment variables where the daemon starts; a start reads them. Passwords are not shown."
        >
          <PlainTable heads={['Name', 'Value', 'From']} minWidth={560}>
            {data.data.map(({ name, value, from }) => (
              <Table.Tr key={name}>
                <Table.Th scope="row" fw={400}>
                  <Code>{name}</Code>
                </Table.Th>
                <Table.Td>{value}</Table.Td>
                <Table.Td>
                  <Badge color={from === 'default' ? colours.quiet : colours.works}>{from}</Badge>
                </Table.Td>
              </Table.Tr>
            ))}
          </PlainTable>
        </Panel>
      )}
    </AdminPage>
  )
}
