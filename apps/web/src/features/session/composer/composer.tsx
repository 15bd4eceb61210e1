import { Alert } from '@mantine/core'
import type { PermissionRequest, Session, Task } from '@yardmaster/protocol'
import { memo } from 'react'
import { Trouble } from '../../../ui/trouble.js'
import { RequestsBar } from '../../requests/requests-bar.js'
import classes from './composer.module.css'
import { LostConversation } from './lost-conversation.js'
import { PromptBox } from './prompt-box.js'
import { Queue } from './queue.js'

interface ComposerProps {
  session: Session
  tasks: readonly Task[]
  requests: readonly PermissionRequest[]
  /** The session cannot be followed any more, and why. */
  over: boolean
  error: unknown
}

/** Below the transcript: what is asked, what waits, and where one says what comes next. */
export const Composer = memo(function Composer({ session, tasks, requests, over, error }: ComposerProps) {
  return (
    <div className={classes.composer}>
      <div className={classes.column}>
        {over && <Trouble title="This session cannot be followed any more" error={error} />}
        <RequestsBar requests={requests} created_by={session.created_by} />
        <LostConversation session={session} />
        <Queue session={session} tasks={tasks} />
        {session.archived_at === null ? (
          <PromptBox session={session} tasks={tasks} />
        ) : (
          <Alert color="gray">This session is archived. Take it out of the archive to go on with it.</Alert>
        )}
      </div>
    </div>
  )
})
