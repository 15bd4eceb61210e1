import { Table } from '@mantine/core'
import type { Usage } from '@yardmaster/protocol'
import { PlainTable } from '../../ui/plain-table.js'
import { lasted } from '../../ui/time.js'
import { dimensionWords } from '../../ui/words.js'
import { costText, short } from './numbers.js'
import { groupName } from './shape.js'

/** Each group in numbers, those with most tasks first. */
export function GroupsTable({ usage: { by, groups } }: { usage: Usage }) {
  return (
    <PlainTable
      minWidth={640}
      heads={[
        dimensionWords[by],
        'Tasks',
        'Ended badly',
        'Tokens',
        'Cost',
        'Waited, 95 % within',
        'Ran, 95 % within',
      ]}
    >
      {groups.map((group) => (
        <Table.Tr key={`${group.key} ${group.rest}`}>
          <Table.Th scope="row" fw={400}>
            {groupName(group)}
          </Table.Th>
          <Table.Td>{group.tasks.toLocaleString()}</Table.Td>
          <Table.Td>{(group.endings.failed + group.endings.timed_out).toLocaleString()}</Table.Td>
          <Table.Td>{short(group.tokens.total)}</Table.Td>
          <Table.Td>{costText(group.cost)}</Table.Td>
          <Table.Td>{group.waited ? lasted(group.waited.p95) : '–'}</Table.Td>
          <Table.Td>{group.ran ? lasted(group.ran.p95) : '–'}</Table.Td>
        </Table.Tr>
      ))}
    </PlainTable>
  )
}
