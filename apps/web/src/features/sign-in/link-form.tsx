import { Button, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { signIn } from '../../data/sign-in.js'
import { Trouble } from '../../ui/trouble.js'

/** Takes a one-time link that was pasted instead of opened. */
export function LinkForm() {
  const [link, setLink] = useState('')
  const enter = useMutation({ mutationFn: () => signIn.byLink(link), meta: { quiet: true } })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        enter.mutate()
      }}
    >
      <Stack>
        <TextInput
          label="One-time link"
          description="The daemon prints one when it starts and nobody has a password yet; an admin can send you one."
          required
          autoComplete="off"
          value={link}
          onChange={(event) => setLink(event.currentTarget.value)}
        />
        {enter.isError && <Trouble title="Not signed in" error={enter.error} />}
        <Button type="submit" size="sm" variant="default" loading={enter.isPending}>
          Use the link
        </Button>
      </Stack>
    </form>
  )
}
