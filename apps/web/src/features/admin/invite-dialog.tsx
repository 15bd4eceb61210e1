import { Button, Group, Modal, MultiSelect, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { NewInvitation, Role } from '@yardmaster/protocol'
import { useState } from 'react'
import { useAll } from '../../data/lists.js'
import { useClient } from '../../data/signed-in.js'
import { Trouble } from '../../ui/trouble.js'
import { RoleSelect } from './role-select.js'

/** Makes somebody a user, who chooses a password by a link. */
export function InviteDialog({
  close,
  onInvited,
}: {
  close(): void
  onInvited(invitation: NewInvitation): void
}) {
  const client = useClient()
  const { data: teams = [] } = useAll('teams')
  const [email, setEmail] = useState('')
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('member')
  const [team_ids, setTeams] = useState<string[]>([])
  const invite = useMutation({
    mutationFn: () =>
      client.service('invitations').create({ email: email.trim(), name: name.trim(), role, team_ids }),
    onSuccess: onInvited,
    meta: { quiet: true, changes: ['invitations', 'users', 'team-members'] },
  })
  return (
    <Modal opened onClose={close} title="Invite somebody">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          invite.mutate()
        }}
      >
        <Stack>
          <TextInput
            label="E-mail"
            type="email"
            required
            data-autofocus
            maxLength={254}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <TextInput
            label="Name"
            required
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <RoleSelect label="Role" value={role} onChange={setRole} />
          {teams.length > 0 && (
            <MultiSelect
              label="Teams"
              size="sm"
              data={teams.map((team) => ({ value: team.id, label: team.name }))}
              value={team_ids}
              onChange={setTeams}
              searchable
            />
          )}
          {invite.isError && <Trouble error={invite.error} />}
          <Group justify="end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={invite.isPending}>
              Make a link
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
