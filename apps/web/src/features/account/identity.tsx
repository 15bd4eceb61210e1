import { Button, Group, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type ChangeEvent, useState } from 'react'
import { useMay } from '../../data/ability.js'
import { signIn } from '../../data/sign-in.js'
import { useClient, useMe } from '../../data/signed-in.js'
import { Panel } from '../../ui/panel.js'
import { Trouble } from '../../ui/trouble.js'
import { identityChange, identityForm } from './identity-change.js'

/** What one is called here, and in the commits of one's runs. */
export function Identity() {
  const client = useClient()
  const me = useMe()
  const mayI = useMay()
  const [form, setForm] = useState(() => identityForm(me))
  const change = identityChange(me, form)
  const save = useMutation({
    mutationFn: () => client.service('users').patch(me.id, change ?? {}),
    onSuccess: (user) => {
      signIn.know(user)
      setForm(identityForm(user))
    },
    meta: { quiet: true, changes: ['users'] },
  })
  const field = (name: keyof typeof form) => ({
    value: form[name],
    onChange: (event: ChangeEvent<HTMLInputElement>) => {
      const { value } = event.currentTarget
      setForm((before) => ({ ...before, [name]: value }))
    },
  })
  return (
    <Panel title="Name" about={`You sign in as ${me.email}.`}>
      <form
        onSubmit={(event) => {
          event.preventDefault()
          save.mutate()
        }}
      >
        <Stack gap="sm">
          <TextInput label="Name" required maxLength={200} {...field('name')} />
          <Group grow align="start">
            <TextInput
              label="Name in commits"
              placeholder={form.name}
              maxLength={200}
              {...field('git_name')}
            />
            <TextInput
              label="E-mail in commits"
              type="email"
              placeholder={me.email}
              maxLength={254}
              {...field('git_email')}
            />
          </Group>
          {save.isError && <Trouble error={save.error} />}
          <Group justify="end">
            <Button
              type="submit"
              loading={save.isPending}
              disabled={change === null || !mayI('patch', 'users', { self: true })}
            >
              Save
            </Button>
          </Group>
        </Stack>
      </form>
    </Panel>
  )
}
