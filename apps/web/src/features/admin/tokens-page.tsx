import { ActionIcon } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import type { ApiToken } from '@yardmaster/protocol'
import { useState } from 'react'
import { TableVirtuoso } from 'react-virtuoso'
import { useAll } from '../../data/lists.js'
import { Empty } from '../../ui/empty.js'
import { lastsUntil } from '../../ui/lasts-until.js'
import rows from '../../ui/rows.module.css'
import { Ago, useNow } from '../../ui/time.js'
import { Trouble } from '../../ui/trouble.js'
import { scopeWords } from '../../ui/words.js'
import { RevokeToken } from '../account/revoke-token.js'
import { usePersonName } from '../sessions/person-name.js'
import classes from './admin.module.css'
import { AdminPage } from './admin-page.js'

/** What everybody's scripts sign in with, the newest first. */
export function TokensPage() {
  const person = usePersonName()
  const now = useNow()
  const found = useAll('api-tokens')
  const [revoking, setRevoking] = useState<ApiToken | null>(null)
  const tokens = [...(found.data ?? [])].reverse()
  return (
    <AdminPage title="API tokens" whole>
      {found.isError && <Trouble error={found.error} retry={found.refetch} />}
      {found.isSuccess && tokens.length === 0 && (
        <Empty title="No token yet">Everybody makes their own, under Account.</Empty>
      )}
      {tokens.length > 0 && (
        <TableVirtuoso
          className={`${rows.rows} ${classes.many}`}
          data={tokens}
          computeItemKey={(_place, { id }) => id}
          fixedHeaderContent={() => (
            <tr>
              <th scope="col">Person</th>
              <th scope="col">Name</th>
              <th scope="col">May</th>
              <th scope="col">Good</th>
              <th scope="col">Used</th>
              <th scope="col" aria-label="Actions" />
            </tr>
          )}
          itemContent={(_place, token) => (
            <>
              <td>{person(token.user_id)}</td>
              <td>{token.name}</td>
              <td>{token.scopes.map((scope) => scopeWords[scope].title).join(', ')}</td>
              <td>{lastsUntil(token.expires_at, now)}</td>
              <td>{token.last_used_at === null ? 'never' : <Ago at={token.last_used_at} />}</td>
              <td>
                <ActionIcon aria-label={`Revoke ${token.name}`} onClick={() => setRevoking(token)}>
                  <IconTrash size={16} />
                </ActionIcon>
              </td>
            </>
          )}
        />
      )}
      {revoking && (
        <RevokeToken token={revoking} close={() => setRevoking(null)}>
          Whatever signs in with it as {person(revoking.user_id)} is refused from now on.
        </RevokeToken>
      )}
    </AdminPage>
  )
}
