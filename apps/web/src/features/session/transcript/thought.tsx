import { UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useState } from 'react'
import classes from './transcript.module.css'

/** What the agent thought on its way: one line, until somebody wants to read it. */
export function Thought({ text, streaming }: { text: string; streaming: boolean }) {
  const [open, setOpen] = useState(false)
  return (
    <div className={classes.thought}>
      <UnstyledButton onClick={() => setOpen(!open)} aria-expanded={open} className={classes.thoughtHead}>
        {open ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />}
        {streaming ? 'Thinking' : 'Thought'}
        {!open && <span className={classes.thoughtLine}>{text.slice(0, 200)}</span>}
      </UnstyledButton>
      {open && <div className={classes.thoughtText}>{text}</div>}
    </div>
  )
}
