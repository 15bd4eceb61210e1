import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconLogout, IconTrash, IconUserCheck, IconUserOff } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import type { User } from '@yardmaster/protocol'
import { useState } from 'react'
import { useMay } from '../../data/ability.js'
import { useClient } from '../../data/signed-in.js'
import { ConfirmDialog } from '../../ui/confirm-dialog.js'

/** What an admin can do with somebody. */
export function UserActions({ user: { id, name, disabled_at } }: { user: User }) {
  const users = useClient().service('users')
  const mayI = useMay()
  const [asking, setAsking] = useState<'disable' | 'sign-out' | 'remove' | null>(null)
  const close = () => setAsking(null)
  const enable = useMutation({
    mutationFn: () => users.patch(id, { disabled: false }),
    meta: { changes: ['users'] },
  })
  return (
    <>
      <Menu position="bottom-end" width={220}>
        <Menu.Target>
          <ActionIcon aria-label={`More of ${name}`}>
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconLogout size={16} />}
            disabled={!mayI('sign-out-everywhere', 'users')}
            onClick={() => setAsking('sign-out')}
          >
            Sign out everywhere
          </Menu.Item>
          <Menu.Item
            leftSection={disabled_at === null ? <IconUserOff size={16} /> : <IconUserCheck size={16} />}
            disabled={!mayI('patch', 'users') || enable.isPending}
            onClick={() => (disabled_at === null ? setAsking('disable') : enable.mutate())}
          >
            {disabled_at === null ? 'Disable' : 'Enable again'}
          </Menu.Item>
          <Menu.Item
            leftSection={<IconTrash size={16} />}
            disabled={!mayI('remove', 'users')}
            onClick={() => setAsking('remove')}
          >
            Remove
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {asking === 'sign-out' && (
        <ConfirmDialog
          title={`Sign ${name} out`}
          action="Sign out everywhere"
          run={() => users['sign-out-everywhere']({ id, tokens: true })}
          close={close}
        >
          Every sign-in ends and every API token is revoked. They can sign in again with their password.
        </ConfirmDialog>
      )}
      {asking === 'disable' && (
        <ConfirmDialog
          title={`Disable ${name}`}
          action="Disable"
          run={() => users.patch(id, { disabled: true })}
          changes={['users']}
          close={close}
        >
          They are signed out at once and cannot come back until an admin enables them again.
        </ConfirmDialog>
      )}
      {asking === 'remove' && (
        <ConfirmDialog
          title={`Remove ${name}`}
          action="Remove"
          run={() => users.remove(id)}
          changes={['users', 'invitations', 'team-members']}
          close={close}
        >
          Their grants, tokens and environment entries go with them. What they did stays, without their name.
          Disabling keeps it.
        </ConfirmDialog>
      )}
    </>
  )
}
