import type { ApiToken } from '@yardmaster/protocol'
import type { ReactNode } from 'react'
import { useClient } from '../../data/signed-in.js'
import { ConfirmDialog } from '../../ui/confirm-dialog.js'

/** Asks before a token opens nothing any more. */
export function RevokeToken({
  token: { id, name },
  close,
  children,
}: {
  token: ApiToken
  close(): void
  children: ReactNode
}) {
  const client = useClient()
  return (
    <ConfirmDialog
      title={`Revoke ${name}`}
      action="Revoke"
      run={() => client.service('api-tokens').remove(id)}
      changes={['api-tokens']}
      close={close}
    >
      {children}
    </ConfirmDialog>
  )
}
