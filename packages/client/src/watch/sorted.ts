type Key = string | number

/** Where the row of this key stands, or would, among rows in the order of their keys. */
export function placeOf<Row>(rows: readonly Row[], key: Key, keyOf: (row: Row) => Key): number {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (keyOf(rows[middle]!) < key) low = middle + 1
    else high = middle
  }
  return low
}

/** A copy with the row put in its place, instead of the one that stood there with its key. */
export function put<Row>(rows: readonly Row[], row: Row, keyOf: (row: Row) => Key): readonly Row[] {
  const at = placeOf(rows, keyOf(row), keyOf)
  const isThere = at < rows.length && keyOf(rows[at]!) === keyOf(row)
  return isThere ? rows.with(at, row) : rows.toSpliced(at, 0, row)
}

/** A copy without the row of this key; the same array if there is none. */
export function without<Row>(rows: readonly Row[], key: Key, keyOf: (row: Row) => Key): readonly Row[] {
  const at = placeOf(rows, key, keyOf)
  return at < rows.length && keyOf(rows[at]!) === key ? rows.toSpliced(at, 1) : rows
}
