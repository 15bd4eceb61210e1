import { type Answer, openTransport, type Transport, transports } from '../helpers/calls'
import type { Cell } from './cells'

const atOnce = 8

/** Makes every call, several at once: no two are about the same row, unless neither may change it. */
export async function runCells(url: string, cells: Cell[]): Promise<void> {
  const open = Object.fromEntries(transports.map((name) => [name, openTransport(name, url)]))
  const waiting = cells.values()
  const work = async () => {
    for (const cell of waiting) cell.answer = await make(url, cell, open[cell.transport] as Transport)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  for (const transport of Object.values(open)) transport.close()
}

async function make(url: string, cell: Cell, open: Transport): Promise<Answer> {
  const apart = cell.said.apart ? openTransport(cell.transport, url) : null
  try {
    return await (apart ?? open).call(cell.token, cell.call)
  } finally {
    apart?.close()
  }
}

export const isRefused = ({ answer }: Cell): boolean => (answer?.status ?? 500) >= 400

const usual: Record<number, string[]> = {
  400: ['INVALID'],
  401: ['NOT_AUTHENTICATED'],
  403: ['FORBIDDEN', 'SCOPE_TOO_NARROW', 'NOT_BY_TOKEN'],
  404: ['NOT_FOUND'],
  409: ['FENCED'],
}

/** What an answer is called in the table. */
export function wordFor({ answer, said, subject, expected }: Cell): string {
  const { status, body } = answer as Answer
  if (status >= 400) {
    if (!usual[status]?.includes(body?.data?.code)) return `${status} ${body?.data?.code}: ${body?.message}`
    return status === 409 && expected === 'late' ? 'late' : String(status)
  }
  if (said.lists) {
    const rows = body.data as { id?: string; data?: { id?: string } }[]
    return rows.some(({ id, data }) => (id ?? data?.id) === subject[said.lists!]) ? 'ok' : 'none'
  }
  return expected === 'card' && Object.keys(body).sort().join() === 'id,name' ? 'card' : 'ok'
}
