import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { signIn } from '../../data/sign-in.js'
import { Trouble } from '../../ui/trouble.js'

/** @param email the one person who may sign in here; without it, anybody */
export function PasswordForm({ email: fixed }: { email?: string }) {
  const [email, setEmail] = useState(fixed ?? '')
  const [password, setPassword] = useState('')
  const enter = useMutation({
    mutationFn: () => signIn.byPassword(email, password),
    meta: { quiet: true },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        enter.mutate()
      }}
    >
      <Stack>
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          required
          readOnly={fixed !== undefined}
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          data-autofocus
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        {enter.isError && <Trouble title="Not signed in" error={enter.error} />}
        <Button type="submit" size="sm" loading={enter.isPending}>
          Sign in
        </Button>
      </Stack>
    </form>
  )
}
