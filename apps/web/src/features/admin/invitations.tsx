import { Button, Group, Table } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { Invitation, NewInvitation } from '@yardmaster/protocol'
import { useAll } from '../../data/lists.js'
import { useClient } from '../../data/signed-in.js'
import { lastsUntil } from '../../ui/lasts-until.js'
import { Panel } from '../../ui/panel.js'
import { PlainTable } from '../../ui/plain-table.js'
import { useNow } from '../../ui/time.js'
import { Trouble } from '../../ui/trouble.js'
import { roleWords } from '../../ui/words.js'

/** Who has a link and has not come. Nothing, when nobody has. */
export function Invitations({ onInvited }: { onInvited(invitation: NewInvitation): void }) {
  const { data = [], error, refetch } = useAll('invitations')
  if (error) return <Trouble error={error} retry={refetch} />
  if (data.length === 0) return null
  return (
    <Panel title="Invited" about="They are users already, and can sign in once they have chosen a password.">
      <PlainTable heads={['Name', 'E-mail', 'Role', 'Link', null]} minWidth={560}>
        {data.map((invitation) => (
          <Line key={invitation.id} invitation={invitation} onInvited={onInvited} />
        ))}
      </PlainTable>
    </Panel>
  )
}

function Line({
  invitation: { id, name, email, role, expires_at },
  onInvited,
}: {
  invitation: Invitation
  onInvited(invitation: NewInvitation): void
}) {
  const invitations = useClient().service('invitations')
  const now = useNow()
  const meta = { changes: ['invitations'] }
  const renew = useMutation({
    mutationFn: () => invitations.create({ email, name, role }),
    onSuccess: onInvited,
    meta,
  })
  const withdraw = useMutation({ mutationFn: () => invitations.remove(id), meta })
  return (
    <Table.Tr>
      <Table.Td>{name}</Table.Td>
      <Table.Td>{email}</Table.Td>
      <Table.Td>{roleWords[role]}</Table.Td>
      <Table.Td>{lastsUntil(expires_at, now)}</Table.Td>
      <Table.Td>
        <Group gap="xs" justify="end" wrap="nowrap">
          <Button variant="default" loading={renew.isPending} onClick={() => renew.mutate()}>
            New link
          </Button>
          <Button variant="default" loading={withdraw.isPending} onClick={() => withdraw.mutate()}>
            Withdraw
          </Button>
        </Group>
      </Table.Td>
    </Table.Tr>
  )
}
