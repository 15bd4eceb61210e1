import { Button } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import type { NewInvitation } from '@yardmaster/protocol'
import { useState } from 'react'
import { ShownOnce } from '../../ui/shown-once.js'
import { AdminPage } from './admin-page.js'
import { Invitations } from './invitations.js'
import { InviteDialog } from './invite-dialog.js'
import { UserTable } from './user-table.js'

/** Everybody there is, and who was invited and has not come yet. */
export function PeoplePage() {
  const [inviting, setInviting] = useState(false)
  const [invited, setInvited] = useState<NewInvitation | null>(null)
  return (
    <AdminPage
      title="People"
      actions={
        <Button leftSection={<IconUserPlus size={16} />} onClick={() => setInviting(true)}>
          Invite
        </Button>
      }
    >
      <Invitations onInvited={setInvited} />
      <UserTable />
      {inviting && (
        <InviteDialog
          close={() => setInviting(false)}
          onInvited={(invitation) => {
            setInviting(false)
            setInvited(invitation)
          }}
        />
      )}
      {invited && (
        <ShownOnce
          title={`Invitation of ${invited.name}`}
          label="Link"
          secret={invited.link}
          close={() => setInvited(null)}
        />
      )}
    </AdminPage>
  )
}
