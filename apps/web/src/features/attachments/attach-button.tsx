import { ActionIcon, FileButton, Tooltip } from '@mantine/core'
import { IconPaperclip } from '@tabler/icons-react'
import type { ChosenFiles } from './chosen.js'

/** Chooses files; they can also be pasted and dropped. */
export function AttachButton({ chosen, disabled = false }: { chosen: ChosenFiles; disabled?: boolean }) {
  return (
    <FileButton multiple onChange={(files) => chosen.add(files)} disabled={disabled}>
      {(props) => (
        <Tooltip label="Attach files; paste or drop them, too">
          <ActionIcon {...props} size="lg" aria-label="Attach files" disabled={disabled}>
            <IconPaperclip size={18} />
          </ActionIcon>
        </Tooltip>
      )}
    </FileButton>
  )
}
