import type { Row } from './rows.js'

/** Whether to go on, or back. */
export type By = 1 | -1

const isPrompt = (row: Row): boolean => row.kind === 'message' && row.message.type === 'prompt'

/**
 * @param at the index of the row that one reads, or between two
 * @returns the index of the prompt after it, or before it; -1 where there is none among the rows
 */
export const promptBeside = (rows: readonly Row[], at: number, by: By): number =>
  by === 1
    ? rows.findIndex((row, index) => index > at && isPrompt(row))
    : rows.findLastIndex((row, index) => index < at && isPrompt(row))

/** `seq` of the last message among the rows, or the first; undefined where there is none. */
export function seqAtEdge(rows: readonly Row[], by: By): number | undefined {
  const isMessage = ({ kind }: Row) => kind === 'message'
  const row = by === 1 ? rows.findLast(isMessage) : rows.find(isMessage)
  return row?.kind === 'message' ? row.message.seq : undefined
}
