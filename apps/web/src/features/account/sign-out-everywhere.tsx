import { Button, Checkbox, Group } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { signIn } from '../../data/sign-in.js'
import { useClient, useMe } from '../../data/signed-in.js'
import { Panel } from '../../ui/panel.js'

/** Ends every sign-in of one's own, this one too. */
export function SignOutEverywhere() {
  const client = useClient()
  const { id } = useMe()
  const [tokens, setTokens] = useState(false)
  const end = useMutation({
    mutationFn: () => client.service('users')['sign-out-everywhere']({ id, tokens }),
    onSuccess: () => signIn.signOut(),
  })
  return (
    <Panel title="Sign out everywhere" about="Every browser and command line, this one too.">
      <Group justify="space-between">
        <Checkbox
          label="Revoke my API tokens as well"
          checked={tokens}
          onChange={(event) => setTokens(event.currentTarget.checked)}
        />
        <Button color="red" loading={end.isPending} onClick={() => end.mutate()}>
          Sign out everywhere
        </Button>
      </Group>
    </Panel>
  )
}
