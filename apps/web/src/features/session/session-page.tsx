import { Center, Loader } from '@mantine/core'
import { Link, useParams, useSearch } from '@tanstack/react-router'
import { codeOf, type SessionView } from '@yardmaster/client'
import { useSessionWatch, type Watched } from '../../data/use-session-watch.js'
import { Empty } from '../../ui/empty.js'
import { usePageTitle } from '../../ui/page.js'
import { Trouble } from '../../ui/trouble.js'
import { nameOf } from '../sessions/session-name.js'
import { Composer } from './composer/composer.js'
import classes from './session.module.css'
import { SessionHeader } from './session-header.js'
import { SidePanel } from './side/side-panel.js'
import { Transcript } from './transcript/transcript.js'
import { useMarkSeen } from './use-mark-seen.js'

/** One session: what was said and done, what is asked, and where one says what to do next. */
export function SessionPage() {
  const { id } = useParams({ from: '/sessions/$id' })
  // Each session has a page of its own: nothing of one is left on the next.
  return <Watching key={id} id={id} />
}

function Watching({ id }: { id: string }) {
  const watched = useSessionWatch(id)
  const over = watched.state === 'ended'
  // Whoever lost it before their eyes has no leave to read on in what they had.
  const lost = over && codeOf(watched.error) === 'NOT_FOUND'
  if (watched.view && !lost) return <Session view={watched.view} watched={watched} />
  if (over) return <NotShown error={watched.error} />
  return (
    <Center h="100%">
      <Loader aria-label="Loading the session" />
    </Center>
  )
}

function NotShown({ error }: { error: unknown }) {
  usePageTitle('No such session')
  return (
    <Empty title="This session cannot be shown">
      <Trouble error={error} />
      <Link to="/">Go to what needs you</Link>
    </Empty>
  )
}

// What comes is messages, mostly: all around them is drawn again only where it has changed.
function Session({ view, watched }: { view: SessionView; watched: Watched }) {
  const { session, tasks, requests } = view
  usePageTitle(nameOf(session))
  const { message } = useSearch({ from: '/sessions/$id' })
  useMarkSeen(session.id, view.last_seq)
  return (
    <div className={classes.page}>
      <SessionHeader session={session} tasks={tasks} state={watched.state} />
      <div className={classes.columns}>
        <div className={classes.main}>
          <Transcript view={view} load_earlier={watched.load_earlier} message={message} />
          <Composer
            session={session}
            tasks={tasks}
            requests={requests}
            over={watched.state === 'ended'}
            error={watched.error}
          />
        </div>
        <SidePanel session={session} tasks={tasks} />
      </div>
    </div>
  )
}
