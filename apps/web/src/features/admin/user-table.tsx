import { Badge, Table, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { User } from '@yardmaster/protocol'
import { useMay } from '../../data/ability.js'
import { useAll } from '../../data/lists.js'
import { useClient, useMe } from '../../data/signed-in.js'
import { colours } from '../../ui/colours.js'
import { Panel } from '../../ui/panel.js'
import { PlainTable } from '../../ui/plain-table.js'
import { Ago } from '../../ui/time.js'
import { Trouble } from '../../ui/trouble.js'
import { RoleSelect } from './role-select.js'
import { teamsOf } from './teams-of.js'
import { UserActions } from './user-actions.js'

/** Everybody, as admins see them. */
export function UserTable() {
  const { data, error, refetch } = useAll('users')
  const { data: teams } = useAll('teams')
  const { data: members } = useAll('team-members')
  const inTeams = teamsOf(teams ?? [], members ?? [])
  const users = (data ?? []) as User[]
  if (error) return <Trouble error={error} retry={refetch} />
  return (
    <Panel title="Users" about="A new role, and disabling, end every sign-in of somebody at once.">
      <PlainTable
        heads={['Name', { title: 'Role', width: 130 }, 'Teams', { title: 'Since', width: 90 }, null]}
        minWidth={640}
      >
        {users.map((user) => (
          <Line key={user.id} user={user} teams={inTeams.get(user.id) ?? []} />
        ))}
      </PlainTable>
    </Panel>
  )
}

function Line({ user, teams }: { user: User; teams: string[] }) {
  const client = useClient()
  const me = useMe()
  const mayI = useMay()
  const setRole = useMutation({
    mutationFn: (role: User['role']) => client.service('users').patch(user.id, { role }),
    meta: { changes: ['users'] },
  })
  return (
    <Table.Tr>
      <Table.Td>
        <Text size="sm" fw={500} component="span">
          {user.name}
          {user.id === me.id && ' (you)'}
        </Text>{' '}
        {user.disabled_at !== null && <Badge color={colours.failed}>disabled</Badge>}
        <Text size="xs" c="dimmed">
          {user.email}
        </Text>
      </Table.Td>
      <Table.Td>
        <RoleSelect
          label={`Role of ${user.name}`}
          hidden
          value={setRole.isPending ? setRole.variables : user.role}
          disabled={setRole.isPending || !mayI('patch', 'users')}
          onChange={setRole.mutate}
        />
      </Table.Td>
      <Table.Td>{teams.join(', ')}</Table.Td>
      <Table.Td>
        <Ago at={user.created_at} />
      </Table.Td>
      <Table.Td>
        <UserActions user={user} />
      </Table.Td>
    </Table.Tr>
  )
}
