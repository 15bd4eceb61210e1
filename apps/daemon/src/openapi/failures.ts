import { type ErrorCode, errorTable, YardmasterError } from '@yardmaster/protocol'
import { answer, codes } from '../errors/answer.js'

const codeIn = (some: readonly ErrorCode[]) => ({ type: 'string', enum: some })

/** The one form of every failure. */
export const errorSchema = {
  type: 'object',
  required: ['name', 'message', 'code', 'className', 'data'],
  properties: {
    name: { type: 'string' },
    message: { type: 'string', description: 'A sentence for people, with what to do.' },
    code: { type: 'integer', description: 'The HTTP status.' },
    className: { type: 'string' },
    data: {
      type: 'object',
      required: ['code'],
      properties: { code: codeIn(codes) },
      description: 'The code names one failure for good. Some failures add fields.',
    },
  },
}

const withStatus = (status: number) => codes.filter((code) => errorTable[code].status === status)
const nameOf = (status: number) => answer(new YardmasterError(withStatus(status)[0] as ErrorCode)).name
const statuses = [...new Set(codes.map((code) => errorTable[code].status))]

/** A response for each status of the table, named as Feathers names it, with its codes and what they mean. */
export const errorResponses = Object.fromEntries(
  statuses.map((status) => {
    const some = withStatus(status)
    const schema = {
      allOf: [
        { $ref: '#/components/schemas/Error' },
        { properties: { data: { properties: { code: codeIn(some) } } } },
      ],
    }
    const meanings = some.map((code) => `- \`${code}\`: ${errorTable[code].message}`)
    return [nameOf(status), { description: meanings.join('\n'), content: { 'application/json': { schema } } }]
  }),
)

/** The failures of an operation: references to their responses, by status. */
export const failuresWith = (expected: readonly number[]): Record<number, object> =>
  Object.fromEntries(
    statuses
      .filter((status) => expected.includes(status))
      .map((status) => [status, { $ref: `#/components/responses/${nameOf(status)}` }]),
  )
