import { Text } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import type { Message, PermissionRequest } from '@yardmaster/protocol'
import { memo } from 'react'
import { Attached } from '../../attachments/attached.js'
import { textOf, toolCallOf } from './blocks.js'
import { Media } from './media.js'
import { Prose } from './prose.js'
import { Thought } from './thought.js'
import { ToolCall } from './tool-call.js'
import classes from './transcript.module.css'

interface MessageRowProps {
  message: Message
  request: PermissionRequest | undefined
}

/** One entry of the transcript. Drawn again only when it has changed. */
export const MessageRow = memo(function MessageRow({ message, request }: MessageRowProps) {
  const streaming = message.status === 'streaming'
  switch (message.type) {
    case 'prompt':
      return (
        <article className={classes.prompt} aria-label="Prompt">
          <Text component="div" className={classes.promptText}>
            {textOf(message)}
          </Text>
          <Media message={message} />
          <Attached message={message} />
        </article>
      )
    case 'tool_call':
      return <Call message={message} request={request} />
    case 'thought':
      return <Thought text={textOf(message)} streaming={streaming} />
    case 'notice':
      return (
        <div className={classes.notice} role="note">
          <IconInfoCircle size={16} />
          <span>{textOf(message)}</span>
        </div>
      )
    default:
      return (
        <article aria-label="Answer" aria-busy={streaming}>
          <Prose text={textOf(message)} />
          <Media message={message} />
        </article>
      )
  }
})

function Call({ message, request }: MessageRowProps) {
  const call = toolCallOf(message)
  return call ? <ToolCall call={call} request={request} /> : null
}
