import { randomUUID } from 'node:crypto'
import * as protocol from '@yardmaster/protocol'
import fc from 'fast-check'
import { openTransport, type Transport, transports } from './helpers/calls'
import { openSite, type Site } from './helpers/site'

jest.setTimeout(240_000)

// Calls for each transport. FUZZ_RUNS asks for more.
const runs = Number(process.env.FUZZ_RUNS ?? 300)

let site: Site
beforeAll(async () => {
  site = await openSite()
})
afterAll(() => site.yard.stop())

/** Every field and query word that some schema knows, so that what is made up gets past the first check at times. */
const words = [
  ...new Set(
    Object.values(protocol).flatMap((schema) =>
      Object.keys((schema as { properties?: object } | null)?.properties ?? {}),
    ),
  ),
  ...[
    '$limit',
    '$skip',
    '$sort',
    '$select',
    '$or',
    '$in',
    '$nin',
    '$ne',
    '$gt',
    '$like',
    '$total',
    'wait',
    'after',
  ],
]

const methods = (): [string, string][] =>
  Object.entries(site.yard.daemon.app.services as Record<string, object>).flatMap(([path, service]) =>
    ['find', 'get', 'create', 'patch', 'remove', ...protocol.customMethodsOf(path)]
      .filter((method) => method in service)
      // Signing out would end what comes after.
      .filter((method) => !(path === 'authentication' && method === 'remove'))
      .map((method) => [path, method] as [string, string]),
  )

const ids = () => [...Object.values(site.rows), randomUUID()]
const leaf = () =>
  fc.oneof(
    fc.constantFrom(...ids()),
    fc.constantFrom(
      ...protocol.levels,
      ...protocol.taskStatuses,
      'shell',
      'main',
      '2030-01-01T00:00:00Z',
      '',
      'prompt',
    ),
    fc.string({ unit: 'binary' }),
    fc.integer(),
    fc.double(),
    fc.boolean(),
    fc.constant(null),
  )
const value = () =>
  fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, leaf(), fc.array(tie('any'), { maxLength: 4 }), tie('object')),
    object: fc.dictionary(fc.oneof(fc.constantFrom(...words), fc.string()), tie('any'), { maxKeys: 6 }),
  }))

/** A JSON value of the shape that calls have, and any other now and then. */
const json = () => {
  const { any, object } = value()
  return fc.oneof(
    { weight: 8, arbitrary: object },
    { weight: 1, arbitrary: any },
    { weight: 1, arbitrary: fc.jsonValue() },
  )
}

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeAll(() => {
    transport = openTransport(name, site.yard.url)
  })
  afterAll(() => transport.close())

  test('no call of an admin breaks anything, whatever it says', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...methods()),
        fc.constantFrom(...ids()),
        json(),
        json(),
        async ([path, method], id, given, asked) => {
          const custom = protocol.customMethodsOf(path).includes(method)
          const data = custom && given !== null && typeof given === 'object' ? { ...given, id } : given
          const query = asked !== null && typeof asked === 'object' && !Array.isArray(asked) ? asked : {}
          if ('wait' in query) query.wait = 0
          const hasData = custom || ['create', 'patch'].includes(method)
          const { status } = await transport.call(site.yard.admin.token, {
            path,
            method,
            id,
            query: Object.fromEntries(Object.entries(query).filter(([key]) => sayable(key))),
            data: hasData
              ? custom && (data === null || typeof data !== 'object')
                ? { id }
                : data
              : undefined,
          })
          expect(status).toBeLessThan(500)
        },
      ),
      { numRuns: runs },
    )
    expect((await fetch(`${site.yard.url}/healthz`)).status).toBe(200)
    expect(await transport.call(site.yard.admin.token, { path: 'users', method: 'find' })).toMatchObject({
      status: 200,
    })
  })
})

// Half a character has no percent-encoding.
const sayable = (text: string): boolean => !/\p{Surrogate}/u.test(text)
