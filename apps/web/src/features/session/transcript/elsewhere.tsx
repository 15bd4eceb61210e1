import { Button, Center, Loader } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import { Link, useNavigate } from '@tanstack/react-router'
import type { SessionView } from '@yardmaster/client'
import { type Ref, useMemo } from 'react'
import { Virtuoso } from 'react-virtuoso'
import { Trouble } from '../../../ui/trouble.js'
import { type Reader, useReader } from './reader.js'
import { RowView } from './row-view.js'
import { rowsOf } from './rows.js'
import classes from './transcript.module.css'
import { useFirstIndex } from './use-first-index.js'
import { useMoved } from './use-moved.js'
import { usePlace } from './use-place.js'

/** The transcript around one message, as it stands there. What comes meanwhile is at its end, one step away. */
export function Elsewhere({ view, seq, reader }: { view: SessionView; seq: number; reader: Ref<Reader> }) {
  const { id } = view.session
  const navigate = useNavigate()
  const { data, error, fetchPreviousPage, fetchNextPage, hasPreviousPage, hasNextPage } = usePlace(id, seq)
  const rows = useMemo(() => {
    const messages = data?.pages.flatMap((part) => part.messages) ?? []
    const tasks = [
      ...new Map(data?.pages.flatMap((part) => part.tasks).map((task) => [task.id, task])).values(),
    ]
    return rowsOf({ ...view, messages, tasks }, null)
  }, [data, view])
  const firstIndex = useFirstIndex(rows)
  const at = rows.findIndex((row) => row.kind === 'message' && row.message.seq >= seq)
  const { list, marked, takeScroller, movedByHand } = useReader(reader, {
    rows,
    ends: false,
    led_to: seq,
    toEnd: () => void navigate({ to: '/sessions/$id', params: { id } }),
  })
  const scroller = useMoved((_to_end, by_hand) => by_hand && movedByHand())
  return (
    <>
      {error && <Trouble error={error} />}
      {!data && !error && (
        <Center h="100%">
          <Loader aria-label="Looking for the message" />
        </Center>
      )}
      {rows.length > 0 && (
        <Virtuoso
          ref={list}
          scrollerRef={takeScroller}
          className={classes.scroller as string}
          data={rows}
          firstItemIndex={firstIndex}
          initialTopMostItemIndex={{ index: Math.max(0, at), align: 'start' }}
          computeItemKey={(_index, { key }) => key}
          itemContent={(_index, row) => <RowView row={row} view={view} marked={marked} />}
          {...scroller}
          startReached={() => hasPreviousPage && void fetchPreviousPage()}
          endReached={() => hasNextPage && void fetchNextPage()}
          increaseViewportBy={{ top: 800, bottom: 400 }}
        />
      )}
      <Button
        className={classes.toEnd as string}
        variant="default"
        radius="xl"
        leftSection={<IconArrowDown size={16} />}
        renderRoot={(props) => <Link {...props} to="/sessions/$id" params={{ id }} />}
      >
        An earlier place. To the end
      </Button>
    </>
  )
}
