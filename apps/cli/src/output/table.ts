import { brief } from './text.js'

export interface Column<Row> {
  title: string
  value(row: Row): string | number | null | undefined
  /** Colors the padded cell. */
  color?(cell: string, row: Row): string
  /** Longer values are cut. Default 60. */
  width?: number
}

/** Rows in aligned columns under a line of titles. Columns that no row fills are left out. */
export function table<Row>(
  rows: readonly Row[],
  columns: readonly Column<Row>[],
  dim = (s: string) => s,
): string {
  const cells = columns.map((column) =>
    rows.map((row) => brief(String(column.value(row) ?? ''), column.width ?? 60)),
  )
  const filled = columns
    .map((column, at) => ({ column, cells: cells[at] ?? [] }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''))
  const widths = filled.map(({ column, cells }) =>
    Math.max(column.title.length, ...cells.map((cell) => cell.length)),
  )
  const line = (cell: (at: number) => string) =>
    filled
      .map((_, at) => cell(at))
      .join('  ')
      .trimEnd()
  const pad = (text: string, at: number) => (at === filled.length - 1 ? text : text.padEnd(widths[at] ?? 0))
  return [
    dim(line((at) => pad(filled[at]?.column.title ?? '', at))),
    ...rows.map((row, y) =>
      line((at) => {
        const cell = pad(filled[at]?.cells[y] ?? '', at)
        return filled[at]?.column.color?.(cell, row) ?? cell
      }),
    ),
  ].join('\n')
}

/** Names and values under each other, values aligned; empty values are left out. */
export function facts(pairs: readonly (readonly [string, string | number | null | undefined])[]): string {
  const told = pairs.filter(([, value]) => value !== null && value !== undefined && value !== '')
  const width = Math.max(...told.map(([name]) => name.length))
  return told.map(([name, value]) => `${name.padEnd(width)}  ${brief(String(value))}`).join('\n')
}
