import { type KeyboardEvent, type UIEvent, useRef } from 'react'

/** Pixels from the end within which one still follows what comes. */
const near = 80
/** Milliseconds from a touch of wheel, key or finger for which a list that moves is moved by it. */
const byHand = 1_000
const moving = new Set(['ArrowUp', 'ArrowDown', 'PageUp', 'PageDown', 'Home', 'End', ' '])

/**
 * Tells a list that somebody moves from one that moves by itself, as it does when rows come or grow.
 *
 * @param moved hears of each move whether it led to the end, and whether it was a hand's
 * @returns what the scroller must be given to find out
 */
export function useMoved(moved: (to_end: boolean, by_hand: boolean) => void) {
  const touched = useRef(Number.NEGATIVE_INFINITY)
  const touch = () => {
    touched.current = performance.now()
  }
  return {
    onScroll: ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: UIEvent<HTMLElement>) =>
      moved(scrollHeight - scrollTop - clientHeight <= near, performance.now() - touched.current < byHand),
    onWheel: touch,
    onTouchMove: touch,
    onPointerDown: touch,
    // Other keys are shortcuts, or go through what stands in the list.
    onKeyDown: ({ key }: KeyboardEvent) => moving.has(key) && touch(),
  }
}
