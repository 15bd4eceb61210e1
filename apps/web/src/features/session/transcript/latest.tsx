import { Button } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import type { SessionView } from '@yardmaster/client'
import { type Ref, useEffect, useMemo, useRef, useState } from 'react'
import { Virtuoso } from 'react-virtuoso'
import { Empty } from '../../../ui/empty.js'
import { useSeenOnOpening } from '../use-seen-on-opening.js'
import { type Reader, useReader } from './reader.js'
import { RowView } from './row-view.js'
import { endOf, rowsOf } from './rows.js'
import classes from './transcript.module.css'
import { useFirstIndex } from './use-first-index.js'
import { useMoved } from './use-moved.js'

interface LatestProps {
  view: SessionView
  load_earlier(): Promise<void>
  reader: Ref<Reader>
}

/**
 * The transcript up to its end, as it grows. Only what is on the screen is there; earlier pages come as one scrolls up.
 *
 * Whoever reads at the end stays there until a hand moves the list away: rows that come faster than they can be scrolled to
 * move the end away by themselves, and one would be left behind.
 */
export function Latest({ view, load_earlier, reader }: LatestProps) {
  const seen_seq = useSeenOnOpening(view.session.id)
  const rows = useMemo(() => rowsOf(view, seen_seq), [view, seen_seq])
  const firstIndex = useFirstIndex(rows)
  const [following, follow] = useState(true)
  const { list, marked, takeScroller, movedByHand } = useReader(reader, {
    rows,
    ends: true,
    following,
    leaveEnd: () => follow(false),
    toEnd: () => follow(true),
  })
  const scroller = useMoved((to_end, by_hand) => {
    if (by_hand) movedByHand()
    if (to_end) follow(true)
    else if (by_hand) follow(false)
  })
  // Rows that come, and one that grows, are followed alike. Virtuoso's own following ends as soon as the end is out of reach.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the rows may have made the last one grow
  useEffect(() => {
    if (following) list.current?.scrollToIndex({ index: 'LAST', align: 'end' })
  }, [rows, following])
  const end = endOf(rows)
  const read = useRef(end)
  if (following) read.current = end

  if (rows.length === 0) return emptyPage
  return (
    <>
      <Virtuoso
        ref={list}
        scrollerRef={takeScroller}
        className={classes.scroller as string}
        data={rows}
        firstItemIndex={firstIndex}
        initialTopMostItemIndex={{ index: 'LAST', align: 'end' }}
        computeItemKey={(_index, { key }) => key}
        itemContent={(_index, row) => <RowView row={row} view={view} marked={marked} />}
        {...scroller}
        startReached={() => void load_earlier().catch(() => undefined)}
        increaseViewportBy={{ top: 800, bottom: 400 }}
      />
      <div role="status">
        {!following && (
          <Button
            className={classes.toEnd as string}
            variant={end === read.current ? 'default' : 'filled'}
            radius="xl"
            leftSection={<IconArrowDown size={16} />}
            onClick={() => follow(true)}
          >
            {end === read.current ? 'To the end' : 'New below. To the end'}
          </Button>
        )}
      </div>
    </>
  )
}

const emptyPage = <Empty title="Nothing said yet">Write below what the agent shall do.</Empty>
