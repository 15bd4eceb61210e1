import { ActionIcon, Button, Table, Text } from '@mantine/core'
import { IconPlus, IconTrash } from '@tabler/icons-react'
import type { ApiToken, NewApiToken } from '@yardmaster/protocol'
import { useState } from 'react'
import { useList } from '../../data/lists.js'
import { useMe } from '../../data/signed-in.js'
import { lastsUntil } from '../../ui/lasts-until.js'
import { Panel } from '../../ui/panel.js'
import { PlainTable } from '../../ui/plain-table.js'
import { ShownOnce } from '../../ui/shown-once.js'
import { Ago, useNow } from '../../ui/time.js'
import { Trouble } from '../../ui/trouble.js'
import { scopeWords } from '../../ui/words.js'
import { NewToken } from './new-token.js'
import { RevokeToken } from './revoke-token.js'

/** What one's scripts sign in with. */
export function ApiTokens() {
  const me = useMe()
  const now = useNow()
  // An admin would see those of everybody.
  const { data, error, refetch } = useList('api-tokens', { user_id: me.id })
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<NewApiToken | null>(null)
  const [revoking, setRevoking] = useState<ApiToken | null>(null)
  const tokens = data?.data ?? []
  return (
    <Panel
      title="API tokens"
      about="For scripts, which call in your name and may do no more than you."
      actions={
        <Button leftSection={<IconPlus size={16} />} variant="default" onClick={() => setMaking(true)}>
          New token
        </Button>
      }
    >
      {error && <Trouble error={error} retry={refetch} />}
      {data && tokens.length === 0 && (
        <Text size="sm" c="dimmed">
          You have none.
        </Text>
      )}
      {tokens.length > 0 && (
        <PlainTable heads={['Name', 'May', 'Good', 'Used', null]} minWidth={480}>
          {tokens.map((token) => (
            <Table.Tr key={token.id}>
              <Table.Td>{token.name}</Table.Td>
              <Table.Td>{token.scopes.map((scope) => scopeWords[scope].title).join(', ')}</Table.Td>
              <Table.Td>{lastsUntil(token.expires_at, now)}</Table.Td>
              <Table.Td>{token.last_used_at === null ? 'never' : <Ago at={token.last_used_at} />}</Table.Td>
              <Table.Td>
                <ActionIcon aria-label={`Revoke ${token.name}`} onClick={() => setRevoking(token)}>
                  <IconTrash size={16} />
                </ActionIcon>
              </Table.Td>
            </Table.Tr>
          ))}
        </PlainTable>
      )}
      {making && (
        <NewToken
          close={() => setMaking(false)}
          onMade={(token) => {
            setMaking(false)
            setMade(token)
          }}
        />
      )}
      {made && <ShownOnce title={made.name} label="Token" secret={made.token} close={() => setMade(null)} />}
      {revoking && (
        <RevokeToken token={revoking} close={() => setRevoking(null)}>
          Whatever signs in with it is refused from now on.
        </RevokeToken>
      )}
    </Panel>
  )
}
