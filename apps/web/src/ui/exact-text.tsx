import { Fragment } from 'react'
import { exactly } from './exact.js'
import classes from './exact-text.module.css'

/** A text with all that it holds to be seen, in a box that scrolls where it is long. */
export function ExactText({ text, label }: { text: string; label: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
    <section className={classes.exact} aria-label={label} tabIndex={0}>
      <pre>
        <Exact text={text} />
      </pre>
    </section>
  )
}

/** The same within a line. */
export function Exact({ text }: { text: string }) {
  return exactly(text).map(({ text: piece, odd }, place) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: pieces have no other name, and never move
    <Fragment key={place}>{odd ? <mark className={classes.odd}>{piece}</mark> : piece}</Fragment>
  ))
}
