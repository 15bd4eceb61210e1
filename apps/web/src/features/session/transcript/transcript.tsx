import { Button } from '@mantine/core'
import { IconArrowDown } from '@tabler/icons-react'
import type { SessionView } from '@yardmaster/client'
import { useEffect, useMemo, useRef } from 'react'
import { Virtuoso, type VirtuosoHandle } from 'react-virtuoso'
import { Empty } from '../../../ui/empty.js'
import { useSeenOnOpening } from '../use-seen-on-opening.js'
import { RowView } from './row-view.js'
import { rowsOf } from './rows.js'
import classes from './transcript.module.css'
import { useFirstIndex } from './use-first-index.js'
import { useFollowing } from './use-following.js'

/** What was said and done. Only what is on the screen is there; earlier pages come as one scrolls up. */
export function Transcript({ view, load_earlier }: { view: SessionView; load_earlier(): Promise<void> }) {
  const seen_seq = useSeenOnOpening(view.session.id)
  const rows = useMemo(() => rowsOf(view, seen_seq), [view, seen_seq])
  const firstIndex = useFirstIndex(rows)
  const list = useRef<VirtuosoHandle>(null)
  const { following, scroller } = useFollowing()
  // Rows that come, and one that grows, are followed alike. Virtuoso's own following ends as soon as the end is out of reach.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the rows may have made the last one grow
  useEffect(() => {
    if (following) list.current?.scrollToIndex({ index: 'LAST', align: 'end' })
  }, [rows, following])

  if (rows.length === 0) return <div className={classes.transcript}>{emptyPage}</div>
  return (
    <section className={classes.transcript} aria-label="Transcript">
      <Virtuoso
        ref={list}
        className={classes.scroller as string}
        data={rows}
        firstItemIndex={firstIndex}
        initialTopMostItemIndex={{ index: 'LAST', align: 'end' }}
        computeItemKey={(_index, { key }) => key}
        itemContent={(_index, row) => <RowView row={row} view={view} />}
        {...scroller}
        startReached={() => void load_earlier().catch(() => undefined)}
        increaseViewportBy={{ top: 800, bottom: 400 }}
      />
      {!following && (
        <Button
          className={classes.toEnd as string}
          variant="default"
          radius="xl"
          leftSection={<IconArrowDown size={16} />}
          onClick={() => list.current?.scrollToIndex({ index: 'LAST', align: 'end' })}
        >
          To the end
        </Button>
      )}
    </section>
  )
}

const emptyPage = <Empty title="Nothing said yet">Write below what the agent shall do.</Empty>
