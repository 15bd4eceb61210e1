import { ActionIcon, VisuallyHidden } from '@mantine/core'
import { IconChevronDown, IconChevronUp } from '@tabler/icons-react'
import type { By } from './beside.js'
import classes from './transcript.module.css'

/** @param said which prompt one was led to, for those who do not see it */
export function PromptSteps({ go, said }: { go(by: By): void; said: string }) {
  const step = { variant: 'default', size: 'lg', radius: 'xl' } as const
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for what is filled in
    <div className={classes.steps} role="group" aria-label="From prompt to prompt">
      <ActionIcon
        {...step}
        aria-label="Previous prompt"
        title="Previous prompt (k)"
        data-steps="-1"
        onClick={() => go(-1)}
      >
        <IconChevronUp size={18} />
      </ActionIcon>
      <ActionIcon
        {...step}
        aria-label="Next prompt"
        title="Next prompt (j)"
        data-steps="1"
        onClick={() => go(1)}
      >
        <IconChevronDown size={18} />
      </ActionIcon>
      <VisuallyHidden role="status">{said}</VisuallyHidden>
    </div>
  )
}
