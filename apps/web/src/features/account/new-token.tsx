import { Button, Group, Modal, Select, Stack, TextInput } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { type NewApiToken, type Scope, scopes } from '@yardmaster/protocol'
import { useState } from 'react'
import { useClient } from '../../data/signed-in.js'
import { Trouble } from '../../ui/trouble.js'
import { scopeWords } from '../../ui/words.js'

const lifetimes = [
  { value: '7', label: 'A week' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: 'A year' },
  { value: '', label: 'Until it is revoked' },
]

const inDays = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()

/** Makes an API token. It lasts 90 days if nothing else is chosen. */
export function NewToken({ close, onMade }: { close(): void; onMade(token: NewApiToken): void }) {
  const client = useClient()
  const [name, setName] = useState('')
  const [scope, setScope] = useState<Scope>('read')
  const [days, setDays] = useState('90')
  const make = useMutation({
    mutationFn: () =>
      client.service('api-tokens').create({
        name: name.trim(),
        scopes: [scope],
        ...(days === '' ? {} : { expires_at: inDays(Number(days)) }),
      }),
    onSuccess: onMade,
    meta: { quiet: true, changes: ['api-tokens'] },
  })
  return (
    <Modal opened onClose={close} title="New API token">
      <form
        onSubmit={(event) => {
          event.preventDefault()
          make.mutate()
        }}
      >
        <Stack>
          <TextInput
            label="Name"
            description="What it is for"
            required
            data-autofocus
            maxLength={200}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Select
            label="It may"
            description={scopeWords[scope].about}
            data={scopes.map((value) => ({ value, label: scopeWords[value].title }))}
            value={scope}
            allowDeselect={false}
            onChange={(value) => value && setScope(value as Scope)}
          />
          <Select
            label="It is good for"
            data={lifetimes}
            value={days}
            allowDeselect={false}
            onChange={(value) => value !== null && setDays(value)}
          />
          {make.isError && <Trouble error={make.error} />}
          <Group justify="end">
            <Button variant="default" onClick={close}>
              Cancel
            </Button>
            <Button type="submit" loading={make.isPending}>
              Make the token
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
