import { isErrorCode } from '@yardmaster/protocol'
import type { Answer } from './calls'

// SQL, stacks and places; `$select` is a word of the caller's own.
const inside =
  /(?<!\$)\b(select|insert into|delete from|returning|syntax error|violates|relation|pg_)\b|\.[jt]s:\d|node_modules|\n +at |yardmaster-home/i

/** Refused with a code of the table, and with nothing of what is inside. */
export function expectRefused({ status, body }: Answer, wanted?: [number, string]): void {
  expect([status, body]).toEqual([
    status,
    expect.objectContaining({ code: status, data: expect.any(Object) }),
  ])
  if (wanted) expect([status, body.data.code]).toEqual(wanted)
  expect(status).toBeGreaterThanOrEqual(400)
  expect(status).toBeLessThan(500)
  expect(isErrorCode(body.data.code)).toBe(true)
  expect(Object.keys(body).sort()).toEqual(['className', 'code', 'data', 'message', 'name'])
  expect(JSON.stringify(body)).not.toMatch(inside)
}
