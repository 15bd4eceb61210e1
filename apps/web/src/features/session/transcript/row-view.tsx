import { IconLink } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import type { SessionView } from '@yardmaster/client'
import { memo } from 'react'
import { EndingRow } from './ending-row.js'
import { MessageRow } from './message-row.js'
import type { Row } from './rows.js'
import classes from './transcript.module.css'

/** @param marked `seq` of the message that one was led to */
export function RowView({ row, view, marked }: { row: Row; view: SessionView; marked: number | undefined }) {
  if (row.kind === 'new')
    return (
      <div className={classes.newLine}>
        <span>New since you last looked</span>
      </div>
    )
  if (row.kind === 'ending')
    return (
      <div className={classes.row}>
        <EndingRow task={row.task} session={view.session} />
      </div>
    )
  const { seq } = row.message
  return (
    <div className={classes.row} data-marked={seq === marked || undefined}>
      <MessageRow message={row.message} request={row.request} />
      <MessageLink session_id={view.session.id} seq={seq} />
    </div>
  )
}

interface MessageLinkProps {
  session_id: string
  seq: number
}

/** A link asks the router where it leads each time it is drawn, and rows are drawn anew with each message that comes. */
const MessageLink = memo(function MessageLink({ session_id, seq }: MessageLinkProps) {
  return (
    <Link
      className={classes.link}
      to="/sessions/$id"
      params={{ id: session_id }}
      search={{ message: seq }}
      aria-label="Link to this message"
      title="Leads to this message; the link is copied"
      onClick={({ currentTarget }) =>
        void navigator.clipboard?.writeText(currentTarget.href).catch(() => undefined)
      }
    >
      <IconLink size={14} />
    </Link>
  )
})
