import { CloseButton, Select, Table, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type Grant, grantLevels, type Worktree } from '@yardmaster/protocol'
import { useMayIn } from '../../data/ability.js'
import { useAll, useList } from '../../data/lists.js'
import { useClient } from '../../data/signed-in.js'
import { levelWords } from '../../ui/words.js'
import { usePersonName } from '../sessions/person-name.js'

/** What was granted on this worktree itself, to be changed and taken back. */
export function Grants({ worktree }: { worktree: Worktree }) {
  const { data } = useList('grants', { worktree_id: worktree.id, $total: false })
  return (
    <section>
      <Title order={2} size="h3" mb={6}>
        Granted here
      </Title>
      {data?.data.length === 0 && (
        <Text size="sm" c="dimmed">
          Nothing yet.
        </Text>
      )}
      {data && data.data.length > 0 && (
        <Table>
          <Table.Tbody>
            {data.data.map((grant) => (
              <Granted key={grant.id} grant={grant} worktree_id={worktree.id} />
            ))}
          </Table.Tbody>
        </Table>
      )}
    </section>
  )
}

function Granted({ grant, worktree_id }: { grant: Grant; worktree_id: string }) {
  const client = useClient()
  const mayI = useMayIn(worktree_id)
  const person = usePersonName()
  const { data: teams = [] } = useAll('teams')
  const whom = grant.team_id
    ? `Team ${teams.find(({ id }) => id === grant.team_id)?.name ?? '…'}`
    : person(grant.user_id)
  // Who has what, and why, changes with each.
  const meta = { changes: ['grants', 'worktrees'] }
  const change = useMutation({
    mutationFn: (level: string) => client.service('grants').patch(grant.id, { level }),
    meta,
  })
  const remove = useMutation({ mutationFn: () => client.service('grants').remove(grant.id), meta })
  return (
    <Table.Tr>
      <Table.Td>{whom}</Table.Td>
      <Table.Td w={220}>
        <Select
          aria-label={`Level of ${whom}`}
          data={grantLevels.map((level) => ({ value: level, label: levelWords[level].title }))}
          value={grant.level}
          onChange={(level) => level && change.mutate(level)}
          allowDeselect={false}
          disabled={!mayI('patch', 'grants') || change.isPending}
        />
      </Table.Td>
      <Table.Td w={48}>
        <CloseButton
          aria-label={`Take it from ${whom}`}
          disabled={!mayI('remove', 'grants') || remove.isPending}
          onClick={() => remove.mutate()}
        />
      </Table.Td>
    </Table.Tr>
  )
}
