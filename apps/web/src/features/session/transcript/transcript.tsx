import type { SessionView } from '@yardmaster/client'
import { useRef } from 'react'
import { Elsewhere } from './elsewhere.js'
import { Latest } from './latest.js'
import { PromptSteps } from './prompt-steps.js'
import type { Reader } from './reader.js'
import classes from './transcript.module.css'
import { usePromptSteps } from './use-prompt-steps.js'

interface TranscriptProps {
  view: SessionView
  load_earlier(): Promise<void>
  /** `seq` of the message that one is led to; without it, the end. */
  message: number | undefined
}

/** What was said and done. What stands around the list stays where it is, and keeps the focus, while the list is another. */
export function Transcript({ view, load_earlier, message }: TranscriptProps) {
  const reader = useRef<Reader>(null)
  const steps = usePromptSteps(view.session.id, reader)
  return (
    <section className={classes.transcript} aria-label="Transcript">
      {message === undefined ? (
        <Latest view={view} load_earlier={load_earlier} reader={reader} />
      ) : (
        <Elsewhere key={message} view={view} seq={message} reader={reader} />
      )}
      {view.messages.length > 0 && <PromptSteps {...steps} />}
    </section>
  )
}
