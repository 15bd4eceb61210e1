import { memo } from 'react'
import Markdown, { type Components } from 'react-markdown'
import rehypeHighlight from 'rehype-highlight'
import remarkGfm from 'remark-gfm'
import './highlight.css'
import classes from './transcript.module.css'

/** Characters above which a text is shown as it is: Markdown of that length takes longer to draw than to read. */
const longest = 60_000

const components: Components = {
  a: ({ href, children }) => (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {children}
    </a>
  ),
  // A picture from elsewhere would tell that host who reads this, and when.
  img: ({ src, alt }) => (
    <a href={typeof src === 'string' ? src : undefined} target="_blank" rel="noopener noreferrer nofollow">
      [picture{alt ? `: ${alt}` : ''}]
    </a>
  ),
}

/** What an agent says, as Markdown. HTML in it stays text, and links lead only to http, https and mail. */
export const Prose = memo(function Prose({ text }: { text: string }) {
  if (text.length > longest) return <pre className={classes.plain}>{text}</pre>
  return (
    <div className={classes.prose}>
      <Markdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[[rehypeHighlight, { detect: false, ignoreMissing: true }]]}
        components={components}
      >
        {text}
      </Markdown>
    </div>
  )
})
