import { Button, PasswordInput, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import type { User } from '@yardmaster/protocol'
import { useState } from 'react'
import { shortestPassword, signIn } from '../../data/sign-in.js'
import { Trouble } from '../../ui/trouble.js'
import { SignInCard } from './sign-in-card.js'

/** After a one-time link, which works no second time. */
export function ChoosePassword({ user }: { user: User }) {
  const [password, setPassword] = useState('')
  const choose = useMutation({ mutationFn: () => signIn.choosePassword(password), meta: { quiet: true } })
  return (
    <SignInCard
      title={`Welcome, ${user.name}`}
      about="You are signed in. Choose a password for the next time: the link that brought you here works only once."
    >
      <form
        onSubmit={(event) => {
          event.preventDefault()
          choose.mutate()
        }}
      >
        <Stack>
          <TextInput label="E-mail" readOnly autoComplete="username" value={user.email} />
          <PasswordInput
            label="Password"
            description={`${shortestPassword} characters or more`}
            autoComplete="new-password"
            minLength={shortestPassword}
            required
            autoFocus
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
          {choose.isError && <Trouble error={choose.error} />}
          <Button type="submit" size="sm" loading={choose.isPending}>
            Set the password
          </Button>
          <Button variant="subtle" color="gray" onClick={() => signIn.putOffPassword()}>
            Not now
          </Button>
        </Stack>
      </form>
    </SignInCard>
  )
}
