/** The only row, or undefined when there is none. Throws when there are several. */
export function maybeRow<Row>(rows: Row[]): Row | undefined {
  if (rows.length > 1) throw new Error(`Expected one row at most, got ${rows.length}`)
  return rows[0]
}

/** The only row. Throws when there is not exactly one. */
export function onlyRow<Row>(rows: Row[]): Row {
  const row = maybeRow(rows)
  if (row === undefined) throw new Error('Expected one row, got none')
  return row
}
