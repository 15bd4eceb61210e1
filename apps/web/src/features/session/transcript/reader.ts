import { type Ref, useImperativeHandle, useRef, useState } from 'react'
import type { VirtuosoHandle } from 'react-virtuoso'
import type { Row } from './rows.js'

/** What is on the page of a transcript, and where in it one reads. */
export interface Reader {
  rows: readonly Row[]
  /** Whether nothing comes after the rows. */
  ends: boolean
  /** The index of the row that one reads. Between it and the next, where its beginning is above what one sees. */
  at(): number
  /** Goes to a row, which is where one reads until a hand moves the list. */
  show(index: number): void
  toEnd(): void
}

interface Reading {
  rows: readonly Row[]
  ends: boolean
  /** `seq` of the message that one was led to, where there is one. */
  led_to?: number
  /** Whether one reads along at the end, where a list has one that grows. */
  following?: boolean
  leaveEnd?(): void
  toEnd(): void
}

/**
 * Lets what stands around a list move it, by prompts.
 *
 * @returns what the list must be given; `marked` is the `seq` of the message that one was led to
 */
export function useReader(reader: Ref<Reader>, { rows, ends, led_to, following, leaveEnd, toEnd }: Reading) {
  const list = useRef<VirtuosoHandle>(null)
  const scroller = useRef<HTMLElement | null>(null)
  const [marked, mark] = useState(led_to)
  // What one was led to may be too near to the end to stand on top, and is where one reads all the same.
  const held = useRef(led_to)
  useImperativeHandle(reader, () => ({
    rows,
    ends,
    at() {
      const index = rows.findIndex((row) => row.kind === 'message' && row.message.seq === held.current)
      if (index >= 0) return index
      return following ? rows.length : topOf(scroller.current)
    },
    show(index) {
      const row = rows[index]
      held.current = row?.kind === 'message' ? row.message.seq : undefined
      mark(held.current)
      leaveEnd?.()
      list.current?.scrollToIndex({ index, align: 'start' })
    },
    toEnd() {
      held.current = undefined
      toEnd()
    },
  }))
  return {
    list,
    marked,
    takeScroller: (element: HTMLElement | Window | null) => {
      scroller.current = element as HTMLElement | null
    },
    movedByHand: () => {
      held.current = undefined
    },
  }
}

/** The first row on the screen. Asked of what is drawn: the list itself tells of rows that it only keeps ready, too. */
function topOf(scroller: HTMLElement | null): number {
  if (!scroller) return 0
  const { top } = scroller.getBoundingClientRect()
  for (const row of scroller.querySelectorAll<HTMLElement>('[data-index]')) {
    const box = row.getBoundingClientRect()
    if (box.bottom > top + 1) return Number(row.dataset.index) + (box.top < top - 1 ? 0.5 : 0)
  }
  return 0
}
