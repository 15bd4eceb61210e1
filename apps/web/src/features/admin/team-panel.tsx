import { ActionIcon, Group, Pill, Select, Text } from '@mantine/core'
import { IconPencil, IconTrash } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { Team, TeamMember } from '@yardmaster/protocol'
import { useState } from 'react'
import { useMay } from '../../data/ability.js'
import { useAll, useById } from '../../data/lists.js'
import { useClient } from '../../data/signed-in.js'
import { ConfirmDialog } from '../../ui/confirm-dialog.js'
import { Panel } from '../../ui/panel.js'
import { RenameDialog } from '../../ui/rename-dialog.js'

/** One team: who is in it, and who comes and goes. */
export function TeamPanel({ team, members }: { team: Team; members: TeamMember[] }) {
  const client = useClient()
  const mayI = useMay()
  const people = useById('users')
  const { data: users = [] } = useAll('users')
  const [asking, setAsking] = useState<'rename' | 'remove' | null>(null)
  const meta = { changes: ['team-members'] }
  const add = useMutation({
    mutationFn: (user_id: string) => client.service('team-members').create({ team_id: team.id, user_id }),
    meta,
  })
  const leave = useMutation({
    mutationFn: (id: string) => client.service('team-members').remove(id),
    meta,
  })
  const inside = new Set(members.map(({ user_id }) => user_id))
  const nameOf = (id: string) => people.get(id)?.name ?? 'somebody'
  return (
    <Panel
      title={team.name}
      about={`${members.length} ${members.length === 1 ? 'person' : 'people'}`}
      actions={
        <>
          <ActionIcon
            aria-label={`Rename ${team.name}`}
            disabled={!mayI('patch', 'teams')}
            onClick={() => setAsking('rename')}
          >
            <IconPencil size={16} />
          </ActionIcon>
          <ActionIcon
            aria-label={`Remove ${team.name}`}
            disabled={!mayI('remove', 'teams')}
            onClick={() => setAsking('remove')}
          >
            <IconTrash size={16} />
          </ActionIcon>
        </>
      }
    >
      <Group gap="xs">
        {members.length === 0 && (
          <Text size="sm" c="dimmed">
            Nobody is in it.
          </Text>
        )}
        {members.map(({ id, user_id }) => (
          <Pill
            key={id}
            size="md"
            withRemoveButton
            disabled={leave.isPending || !mayI('remove', 'team-members')}
            removeButtonProps={{
              'aria-label': `Take ${nameOf(user_id)} out of ${team.name}`,
              'aria-hidden': false,
              tabIndex: 0,
            }}
            onRemove={() => leave.mutate(id)}
          >
            {nameOf(user_id)}
          </Pill>
        ))}
        <Select
          aria-label={`Add somebody to ${team.name}`}
          placeholder="Add somebody"
          size="xs"
          w={170}
          data={users.filter(({ id }) => !inside.has(id)).map(({ id, name }) => ({ value: id, label: name }))}
          value={null}
          searchable
          nothingFoundMessage="Nobody by that name"
          disabled={add.isPending || !mayI('create', 'team-members')}
          onChange={(user_id) => user_id && add.mutate(user_id)}
        />
      </Group>
      {asking === 'rename' && (
        <RenameDialog
          title="Rename the team"
          label="Name"
          name={team.name}
          longest={200}
          run={(name) => client.service('teams').patch(team.id, { name })}
          changes={['teams']}
          close={() => setAsking(null)}
        />
      )}
      {asking === 'remove' && (
        <ConfirmDialog
          title={`Remove ${team.name}`}
          action="Remove the team"
          run={() => client.service('teams').remove(team.id)}
          changes={['teams', 'team-members']}
          close={() => setAsking(null)}
        >
          What was granted to it goes with it, and its people lose what only the team gave them.
        </ConfirmDialog>
      )}
    </Panel>
  )
}
