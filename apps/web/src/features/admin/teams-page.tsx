import { Button, Group, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useMay } from '../../data/ability.js'
import { useAll } from '../../data/lists.js'
import { useClient } from '../../data/signed-in.js'
import { Empty } from '../../ui/empty.js'
import { Trouble } from '../../ui/trouble.js'
import { AdminPage } from './admin-page.js'
import { TeamPanel } from './team-panel.js'

/** Teams and who is in them. What a team may do is granted on worktrees and repositories. */
export function TeamsPage() {
  const { data: teams, error, refetch } = useAll('teams')
  const { data: members = [] } = useAll('team-members')
  return (
    <AdminPage title="Teams">
      <NewTeam />
      {error && <Trouble error={error} retry={refetch} />}
      {teams?.length === 0 && (
        <Empty title="No teams yet">
          What is granted to a team, everybody in it has; whoever leaves it has it no longer.
        </Empty>
      )}
      {teams?.map((team) => (
        <TeamPanel key={team.id} team={team} members={members.filter(({ team_id }) => team_id === team.id)} />
      ))}
    </AdminPage>
  )
}

function NewTeam() {
  const client = useClient()
  const mayI = useMay()
  const [name, setName] = useState('')
  const make = useMutation({
    mutationFn: () => client.service('teams').create({ name: name.trim() }),
    onSuccess: () => setName(''),
    meta: { changes: ['teams'] },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        make.mutate()
      }}
    >
      <Group gap="xs">
        <TextInput
          aria-label="Name of the new team"
          placeholder="Name of a new team"
          required
          maxLength={200}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button type="submit" loading={make.isPending} disabled={!mayI('create', 'teams')}>
          Make the team
        </Button>
      </Group>
    </form>
  )
}
