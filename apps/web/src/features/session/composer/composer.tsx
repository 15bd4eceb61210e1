import { Alert } from '@mantine/core'
import type { SessionView } from '@yardmaster/client'
import { Trouble } from '../../../ui/trouble.js'
import { RequestsBar } from '../../requests/requests-bar.js'
import classes from './composer.module.css'
import { LostConversation } from './lost-conversation.js'
import { PromptBox } from './prompt-box.js'
import { Queue } from './queue.js'

interface ComposerProps {
  view: SessionView
  /** The session cannot be followed any more, and why. */
  over: boolean
  error: unknown
}

/** Below the transcript: what is asked, what waits, and where one says what comes next. */
export function Composer({ view, over, error }: ComposerProps) {
  const { session } = view
  return (
    <div className={classes.composer}>
      <div className={classes.column}>
        {over && <Trouble title="This session cannot be followed any more" error={error} />}
        <RequestsBar requests={view.requests} created_by={session.created_by} />
        <LostConversation session={session} />
        <Queue session={session} tasks={view.tasks} />
        {session.archived_at === null ? (
          <PromptBox session={session} tasks={view.tasks} />
        ) : (
          <Alert color="gray">This session is archived. Take it out of the archive to go on with it.</Alert>
        )}
      </div>
    </div>
  )
}
