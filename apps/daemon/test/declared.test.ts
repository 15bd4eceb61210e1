import { policies } from '@yardmaster/policy'
import { placements } from '@yardmaster/proxy'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { createApp } from '../src/app'
import { checkDeclared } from '../src/check-declared'
import { publishBy, toNobody } from '../src/realtime/publish'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon()
})
afterAll(() => yard.stop())

const find = { find: async () => [] }

test('what there is, is declared', () => {
  expect(() => createApp(yard.daemon.yard)).not.toThrow()
})

test('a service without a publisher stops the start', () => {
  expect(() => createApp(yard.daemon.yard, (app) => app.use('extras', find))).toThrow(
    'The service extras names no publisher.',
  )
})

test('a method without a policy stops the start', () => {
  const add = () =>
    createApp(yard.daemon.yard, (app) => {
      app.use('extras', find)
      publishBy(app, 'extras', toNobody())
    })
  expect(add).toThrow('The method extras.find has no policy.')
})

test('a custom method without a policy stops the start, beside methods that have one', () => {
  const add = () =>
    createApp(yard.daemon.yard, (app) => {
      const sessions = { ...find, prompt: async () => ({}), peek: async () => ({}) }
      app.unuse('sessions')
      app.use('sessions', sessions as never, { methods: ['find', 'prompt', 'peek'] } as never)
      publishBy(app, 'sessions', toNobody())
    })
  expect(add).toThrow('The method sessions.peek has no policy.')
})

// The tables themselves are what a new method is forgotten in.
const without = (table: object, entry: string, act: () => void): void => {
  const kept = Object.getOwnPropertyDescriptor(table, entry)!
  Reflect.deleteProperty(table, entry)
  try {
    act()
  } finally {
    Object.defineProperty(table, entry, kept)
  }
}

test.each(Object.entries(placements).map(([path, methods]) => [path, Object.keys(methods)] as const))(
  'each method of %s needs its policy and its placement',
  (path, methods) => {
    const check = () => checkDeclared(yard.daemon.app)
    const registered = methods.filter((method) => method in yard.daemon.app.service(path))
    expect(registered.length).toBeGreaterThan(0)
    for (const method of registered) {
      const policy = policies.find(({ resource }) => resource === path)!
      without(policy.methods, method, () =>
        expect(check).toThrow(`The method ${path}.${method} has no policy.`),
      )
      without(placements[path]!, method, () =>
        // Services of the same placements share them.
        expect(check).toThrow(/^The method .+ has no placement\.$/),
      )
    }
  },
)
