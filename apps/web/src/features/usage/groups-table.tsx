import { Table } from '@mantine/core'
import type { Usage } from '@yardmaster/protocol'
import { lasted } from '../../ui/time.js'
import { dimensionWords } from '../../ui/words.js'
import { costText, short } from './numbers.js'
import { groupName } from './shape.js'

/** Each group in numbers, those with most tasks first. */
export function GroupsTable({ usage: { by, groups } }: { usage: Usage }) {
  return (
    <Table.ScrollContainer minWidth={640}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{dimensionWords[by]}</Table.Th>
            <Table.Th>Tasks</Table.Th>
            <Table.Th>Ended badly</Table.Th>
            <Table.Th>Tokens</Table.Th>
            <Table.Th>Cost</Table.Th>
            <Table.Th>Waited, 95 % within</Table.Th>
            <Table.Th>Ran, 95 % within</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
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
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  )
}
