import { Button, Group, PasswordInput, Stack } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { shortestPassword, signIn } from '../../data/sign-in.js'
import { useMe } from '../../data/signed-in.js'
import { Panel } from '../../ui/panel.js'
import { Trouble } from '../../ui/trouble.js'

/** A new password. Everybody else who is signed in as this user is put out. */
export function ChangePassword() {
  const { email } = useMe()
  const [password, setPassword] = useState('')
  const set = useMutation({
    mutationFn: () => signIn.choosePassword(password),
    onSuccess: () => setPassword(''),
    meta: { quiet: true },
  })
  return (
    <Panel title="Password" about="A new one ends your sign-ins on every other device.">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          set.mutate()
        }}
      >
        <Stack gap="sm">
          {/* For password managers, which keep the two together. */}
          <input type="text" autoComplete="username" value={email} readOnly hidden />
          <PasswordInput
            label="New password"
            description={`${shortestPassword} characters or more`}
            autoComplete="new-password"
            minLength={shortestPassword}
            required
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {set.isError && <Trouble error={set.error} />}
          <Group justify="end">
            <Button type="submit" loading={set.isPending} disabled={password.length < shortestPassword}>
              {set.isSuccess && password === '' ? 'Set' : 'Set the password'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  )
}
