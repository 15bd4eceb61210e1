import { Group, Kbd, Modal, Table } from '@mantine/core'
import { shortcuts } from './shortcuts.js'

const mac = navigator.userAgent.includes('Mac')
const named = (key: string): string[] =>
  key.startsWith('mod+') ? [mac ? 'Cmd' : 'Ctrl', key.slice('mod+'.length).toUpperCase()] : [key]

/** What can be done by keys alone. */
export function ShortcutSheet({ close }: { close(): void }) {
  return (
    <Modal opened onClose={close} title="Keyboard shortcuts">
      <Table aria-label="Keyboard shortcuts">
        <Table.Tbody>
          {shortcuts.map(({ keys, about }) => (
            <Table.Tr key={about}>
              <Table.Td>{about}</Table.Td>
              <Table.Td>
                <Group gap={4} justify="end" wrap="nowrap">
                  {keys.flatMap(named).map((key) => (
                    <Kbd key={key}>{key}</Kbd>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  )
}
