import { ActionIcon, Badge, Button, Group, PasswordInput, Stack, Table, TextInput } from '@mantine/core'
import { IconTrash } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useAll } from '../../data/lists.js'
import { useClient } from '../../data/signed-in.js'
import { colours } from '../../ui/colours.js'
import { Panel } from '../../ui/panel.js'
import { Ago } from '../../ui/time.js'
import { Trouble } from '../../ui/trouble.js'

const meta = { changes: ['environment-entries'] }

/** Keys that one's runs find in their environment: values go in and are never seen again. */
export function EnvironmentEntries() {
  const client = useClient()
  const { data = [], error, refetch } = useAll('environment-entries')
  const remove = useMutation({
    mutationFn: (id: string) => client.service('environment-entries').remove(id),
    meta,
  })
  return (
    <Panel
      title="Environment"
      about="What agents find when you prompt them, like API keys. Values are kept encrypted and never shown again."
    >
      {error && <Trouble error={error} retry={refetch} />}
      {data.length > 0 && (
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>Variable</Table.Th>
              <Table.Th w={110}>Set</Table.Th>
              <Table.Th w={50} aria-label="Actions" />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {data.map(({ id, name, readable, updated_at }) => (
              <Table.Tr key={id}>
                <Table.Td ff="monospace">
                  {name} {!readable && <Badge color={colours.failed}>cannot be read, set it again</Badge>}
                </Table.Td>
                <Table.Td>
                  <Ago at={updated_at} />
                </Table.Td>
                <Table.Td>
                  <ActionIcon
                    aria-label={`Remove ${name}`}
                    disabled={remove.isPending}
                    onClick={() => remove.mutate(id)}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      <SetEntry />
    </Panel>
  )
}

function SetEntry() {
  const client = useClient()
  const [name, setName] = useState('')
  const [value, setValue] = useState('')
  const set = useMutation({
    mutationFn: () => client.service('environment-entries').create({ name: name.trim(), value }),
    onSuccess: () => {
      setName('')
      setValue('')
    },
    meta: { ...meta, quiet: true },
  })
  return (
    <form
      autoComplete="off"
      onSubmit={(event) => {
        event.preventDefault()
        set.mutate()
      }}
    >
      <Stack gap="sm">
        <Group align="end" gap="xs">
          <TextInput
            label="Variable"
            required
            placeholder="ANTHROPIC_API_KEY"
            maxLength={128}
            flex={1}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Value"
            required
            autoComplete="new-password"
            flex={1}
            value={value}
            onChange={(event) => setValue(event.currentTarget.value)}
          />
          <Button type="submit" size="sm" loading={set.isPending}>
            Set
          </Button>
        </Group>
        {set.isError && <Trouble error={set.error} />}
      </Stack>
    </form>
  )
}
