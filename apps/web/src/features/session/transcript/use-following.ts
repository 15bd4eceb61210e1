import { type UIEvent, useRef, useState } from 'react'

/** Pixels from the end within which one still follows what comes. */
const near = 80
/** Milliseconds from a touch of wheel, key or finger for which a list that moves is moved by it. */
const byHand = 1_000

/**
 * Whether one reads along at the end. Only a hand that moves the list away from there ends it: rows that come faster than they can
 * be scrolled to move the end away by themselves, and one would be left behind.
 *
 * @returns it, and what the scroller must be given to find out
 */
export function useFollowing() {
  const [following, setFollowing] = useState(true)
  const touched = useRef(Number.NEGATIVE_INFINITY)
  const touch = () => {
    touched.current = performance.now()
  }
  const onScroll = ({ currentTarget: { scrollTop, scrollHeight, clientHeight } }: UIEvent<HTMLElement>) => {
    if (scrollHeight - scrollTop - clientHeight <= near) setFollowing(true)
    else if (performance.now() - touched.current < byHand) setFollowing(false)
  }
  return {
    following,
    scroller: { onScroll, onWheel: touch, onTouchMove: touch, onKeyDown: touch, onPointerDown: touch },
  }
}
