import { useRef } from 'react'

/** Where a list begins to count, so that many rows can be put before its first. */
const begin = 1_000_000_000

/** The index of the first row, smaller by as many as were put before it: the list then stays where one reads. */
export function useFirstIndex(rows: readonly { key: string }[]): number {
  const held = useRef<{ key: string | undefined; index: number }>({ key: undefined, index: begin })
  const { key, index } = held.current
  const first = rows[0]?.key
  if (first !== key) {
    const moved =
      key === undefined
        ? 0
        : Math.max(
            0,
            rows.findIndex((row) => row.key === key),
          )
    held.current = { key: first, index: index - moved }
  }
  return held.current.index
}
