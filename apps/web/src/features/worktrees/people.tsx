import { Badge, Table, Text, Title } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import type { Worktree } from '@yardmaster/protocol'
import { useClient } from '../../data/signed-in.js'
import { Trouble } from '../../ui/trouble.js'
import { levelWords } from '../../ui/words.js'
import { reasonText } from './access.js'

/** Everybody who may do something here: what, and all that gives it to them. */
export function People({ worktree: { id } }: { worktree: Worktree }) {
  const client = useClient()
  const access = useQuery({
    queryKey: ['worktrees', 'access', id],
    queryFn: () => client.service('worktrees').access({ id }),
    // Teams and roles change without an event about this worktree.
    refetchInterval: 15_000,
  })
  return (
    <section>
      <Title order={2} size="h3" mb={6}>
        Who may do what, and why
      </Title>
      {access.isError && <Trouble error={access.error} retry={access.refetch} />}
      {access.data && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Person</Table.Th>
              <Table.Th>May</Table.Th>
              <Table.Th>Because</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {access.data.people.map(({ user, role, level, because }) => (
              <Table.Tr key={user.id}>
                <Table.Td>{user.name}</Table.Td>
                <Table.Td>
                  <Badge color="gray" miw="max-content">
                    {levelWords[level].title}
                  </Badge>
                </Table.Td>
                <Table.Td>
                  <Text size="sm">
                    {because.map((reason) => reasonText(reason, role)).join('; ')}
                    {role === 'viewer' && '; viewers only ever look'}
                  </Text>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  )
}
