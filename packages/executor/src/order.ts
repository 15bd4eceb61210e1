import type { ExecutorOrder } from '@yardmaster/protocol'

/**
 * Reads the order: one JSON object, the whole of the input.
 *
 * @throws Error without any of the order in its message, since that holds the token
 */
export async function readOrder(input: AsyncIterable<Buffer>): Promise<ExecutorOrder> {
  const parts: Buffer[] = []
  for await (const part of input) parts.push(part)
  let order: ExecutorOrder
  try {
    order = JSON.parse(Buffer.concat(parts).toString('utf8'))
  } catch {
    throw new Error('the order on standard input is not JSON')
  }
  const missing = [
    'task',
    'session',
    'worktree',
    'resume',
    'identity',
    'token',
    'daemon_url',
    'harness',
    'spool_file',
  ]
    .filter((field) => !order?.[field as keyof ExecutorOrder])
    .join(', ')
  if (missing) throw new Error(`the order lacks ${missing}`)
  return order
}
