import { YardmasterError } from '@yardmaster/protocol'

// Deeper nesting would overflow the stack of somebody who reads it later. What executors keep of a harness's JSON
// is cut at 200 levels and lies a few levels down in a message.
const deepest = 256

// What Postgres refuses in a text: NUL, and halves of surrogate pairs.
const unstorable = /[\0\p{Surrogate}]/u

/**
 * Refuses what no row could hold, or what would change its shape on the way: texts with NUL or half a character,
 * objects that are not plain data, an own `__proto__`, which becomes the prototype of whatever it is copied into.
 *
 * @throws INVALID
 */
export function refuseUnstorable(value: unknown, what: string, depth = 0): void {
  if (typeof value === 'string' && unstorable.test(value))
    throw new YardmasterError('INVALID', `${what} has a text with a NUL or half a character in it.`)
  if (value === null || typeof value !== 'object') return
  if (depth > deepest) throw new YardmasterError('INVALID', `${what} is nested too deeply.`)
  if (Array.isArray(value)) {
    for (const item of value) refuseUnstorable(item, what, depth + 1)
    return
  }
  const prototype = Object.getPrototypeOf(value)
  const plain = prototype === Object.prototype || prototype === null
  if (!plain || Object.hasOwn(value, '__proto__'))
    throw new YardmasterError('INVALID', `${what} has a key that no field can have.`)
  for (const [key, item] of Object.entries(value)) {
    refuseUnstorable(key, what)
    refuseUnstorable(item, what, depth + 1)
  }
}
