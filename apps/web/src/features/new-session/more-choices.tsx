import { Select, SimpleGrid, TextInput } from '@mantine/core'
import { type PermissionMode, permissionModes } from '@yardmaster/protocol'
import { permissionModeWords } from '../../ui/words.js'
import { Choices } from '../offered/choices.js'
import { choicesIn } from '../offered/offered.js'
import type { Draft } from './begin-session.js'

interface MoreChoicesProps {
  /** What the agent offers, as far as it is known. */
  offered: unknown
  more: Draft['more']
  change(more: Draft['more']): void
}

/** What most sessions leave as it is. */
export function MoreChoices({ offered, more, change }: MoreChoicesProps) {
  const choices = choicesIn(offered)
  const unknown = (['mode', 'model'] as const).filter((of) => !choices.some((choice) => choice.of === of))
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }} pt="sm">
      <Select
        label="When the agent wants leave"
        description={permissionModeWords[more.permission_mode ?? 'relay'].about}
        data={permissionModes.map((mode) => ({ value: mode, label: permissionModeWords[mode].title }))}
        value={more.permission_mode ?? 'relay'}
        onChange={(mode) => mode && change({ ...more, permission_mode: mode as PermissionMode })}
        allowDeselect={false}
      />
      <Choices choices={choices} chosen={more} change={(some) => change({ ...more, ...some })} />
      {/* What this agent has is not known before it has run here once. */}
      {offered === null &&
        unknown.map((of) => (
          <TextInput
            key={of}
            label={of === 'mode' ? 'Mode' : 'Model'}
            description="As the agent names it; its own if left empty"
            value={more[of] ?? ''}
            onChange={(event) => change({ ...more, [of]: event.currentTarget.value || null })}
          />
        ))}
    </SimpleGrid>
  )
}
