import { Loader, UnstyledButton } from '@mantine/core'
import {
  IconCheck,
  IconChevronDown,
  IconChevronRight,
  IconCircleDashed,
  IconFileText,
  IconPencil,
  IconSearch,
  IconTerminal2,
  IconTool,
  IconWorld,
  IconX,
} from '@tabler/icons-react'
import type { PermissionRequest, ToolCallBlock } from '@yardmaster/protocol'
import { useState } from 'react'
import { Exact } from '../../../ui/exact-text.js'
import { partsOf } from './blocks.js'
import { DecidedBy } from './decided-by.js'
import { EditDiff } from './edit-diff.js'
import { Terminal } from './terminal.js'
import classes from './transcript.module.css'

const kinds: Record<string, typeof IconTool> = {
  read: IconFileText,
  edit: IconPencil,
  delete: IconX,
  move: IconPencil,
  search: IconSearch,
  execute: IconTerminal2,
  fetch: IconWorld,
}
const states = { pending: 'waits', in_progress: 'runs', completed: 'done', failed: 'failed' } as const

/** A tool call in one line, and below it what came out: open while it runs and where it failed. */
export function ToolCall({ call, request }: { call: ToolCallBlock; request: PermissionRequest | undefined }) {
  const [chosen, setChosen] = useState<boolean | null>(null)
  const parts = partsOf(call)
  const short = parts.every((part) => part.kind === 'text' && part.text.length < 600)
  const open = chosen ?? (call.status !== 'completed' || short)
  const Icon = kinds[call.kind] ?? IconTool
  return (
    <div className={classes.call} data-state={call.status}>
      <UnstyledButton
        className={classes.callHead}
        onClick={() => setChosen(!open)}
        aria-expanded={open}
        disabled={parts.length === 0}
      >
        <Icon size={16} className={classes.callKind} aria-label={call.kind} />
        <span className={classes.callTitle}>
          <Exact text={call.title || call.kind} />
        </span>
        <StateIcon status={call.status} />
        {parts.length > 0 && (open ? <IconChevronDown size={14} /> : <IconChevronRight size={14} />)}
      </UnstyledButton>
      {request && <DecidedBy request={request} />}
      {open && parts.length > 0 && (
        <div className={classes.callBody}>
          {parts.map((part, place) =>
            part.kind === 'edit' ? (
              // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name, and never move
              <EditDiff key={place} {...part} />
            ) : (
              // biome-ignore lint/suspicious/noArrayIndexKey: parts have no other name, and never move
              <Terminal key={place} text={part.text} />
            ),
          )}
        </div>
      )}
    </div>
  )
}

function StateIcon({ status }: { status: ToolCallBlock['status'] }) {
  const label = states[status] ?? status
  if (status === 'in_progress') return <Loader size={14} aria-label={label} />
  const Icon = status === 'completed' ? IconCheck : status === 'failed' ? IconX : IconCircleDashed
  return <Icon size={16} className={classes.callState} aria-label={label} />
}
