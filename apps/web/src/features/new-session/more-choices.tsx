import { Group, Select, TextInput } from '@mantine/core'
import { type PermissionMode, permissionModes } from '@yardmaster/protocol'
import { permissionModeWords } from '../../ui/words.js'
import type { Draft } from './begin-session.js'

interface MoreChoicesProps {
  harness: string | null
  more: Draft['more']
  change(more: Draft['more']): void
}

/** What most sessions leave as it is. */
export function MoreChoices({ more, change }: MoreChoicesProps) {
  const set = (name: 'model' | 'mode', value: string) => {
    const { [name]: _, ...rest } = more
    change(value ? { ...rest, [name]: value } : rest)
  }
  return (
    <Group grow align="start" pt="sm">
      <Select
        label="When the agent wants leave"
        description={permissionModeWords[more.permission_mode ?? 'relay'].about}
        data={permissionModes.map((mode) => ({ value: mode, label: permissionModeWords[mode].title }))}
        value={more.permission_mode ?? 'relay'}
        onChange={(mode) => mode && change({ ...more, permission_mode: mode as PermissionMode })}
        allowDeselect={false}
      />
      <TextInput
        label="Mode"
        description="As the agent names it; its own if left empty"
        value={more.mode ?? ''}
        onChange={(event) => set('mode', event.currentTarget.value)}
      />
      <TextInput
        label="Model"
        description="As the agent names it; its own if left empty"
        value={more.model ?? ''}
        onChange={(event) => set('model', event.currentTarget.value)}
      />
    </Group>
  )
}
