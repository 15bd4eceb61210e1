import { Button } from '@mantine/core'
import { memo, useState } from 'react'
import { painted } from './ansi.js'
import classes from './transcript.module.css'
import './terminal.css'

/** Characters shown at first: the end of an output is what one looks for. */
const shown = 8_000

/** What a command has put out, with its colours as classes; anything else that it says to a terminal is left out. */
export const Terminal = memo(function Terminal({ text }: { text: string }) {
  const [all, setAll] = useState(false)
  const cut = !all && text.length > shown
  const pieces = painted(cut ? text.slice(text.indexOf('\n', text.length - shown) + 1) : text)
  return (
    <div className={classes.terminal}>
      {cut && (
        <Button variant="subtle" size="compact-xs" color="gray" onClick={() => setAll(true)}>
          Show all {text.length.toLocaleString()} characters
        </Button>
      )}
      <pre>
        {pieces.map(({ text: piece, classes: names }, place) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name, and never move
          <span key={place} className={names || undefined}>
            {piece}
          </span>
        ))}
      </pre>
    </div>
  )
})
