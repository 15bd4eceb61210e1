import { abilityFor, type Facts, may, type Need, policies, policyOf, requiredLevel } from '@yardmaster/policy'
import { levels, type Role, rank, roles } from '@yardmaster/protocol'

const both = [true, false]

/** Every combination of facts that decide about a user. */
const facts: Facts[] = levels.flatMap((level) =>
  both.flatMap((own) =>
    both.map((self) => ({
      ...{ rank: rank(level), own, self },
      ...{ its_task: false, its_session: false, its_runs: false, itself: false },
    })),
  ),
)

/** The policy's words, read without CASL. */
function satisfied(need: Need, role: Role, { rank: has, own, self }: Facts): boolean {
  if (need === 'anyone') return true
  if (need === 'admin') return role === 'admin'
  if (need === 'self') return self
  return has >= rank(typeof need === 'string' ? need : own ? need.own : need.others)
}

const methods = policies.flatMap(({ resource, methods }) =>
  Object.entries(methods).map(([method, policy]) => ({ resource, method, rules: policy.user ?? [] })),
)

test.each(methods)(
  'the ability lets users $method $resource as the policy reads',
  ({ resource, method, rules }) => {
    const fields = [...new Set(rules.flatMap((rule) => rule.fields ?? [])), 'a field that no rule names']
    for (const role of roles)
      for (const fact of facts) {
        const open = rules.filter(({ need }) => satisfied(need, role, fact))
        const ability = abilityFor('user', role)
        expect([role, fact, may(ability, method, resource, fact)]).toEqual([role, fact, open.length > 0])
        for (const field of fields) {
          const opened = open.some((rule) => !rule.fields || rule.fields.includes(field))
          expect([role, fact, field, may(ability, method, resource, fact, field)]).toEqual([
            role,
            fact,
            field,
            opened,
          ])
        }
      }
  },
)

test.each(methods)(
  'what a user needs to $method $resource is enough, and less is not',
  ({ resource, method }) => {
    for (const own of both) {
      const need = requiredLevel(resource, method, own)
      if (need === null || !levels.includes(need as never)) continue
      for (const level of levels) {
        // Through another rule than the first, as an admin or as oneself, less may be enough.
        const fact = { ...facts[0]!, rank: rank(level), own, self: false }
        const enough = rank(level) >= rank(need as (typeof levels)[number])
        expect([level, may(abilityFor('user', 'member'), method, resource, fact)]).toEqual([level, enough])
      }
    }
  },
)

test('machines may what they are tied to, and nothing else', () => {
  const ties = {
    'its-task': 'its_task',
    'its-session': 'its_session',
    'its-runs': 'its_runs',
    itself: 'itself',
  } as const
  const all: Facts = { ...facts[0]!, rank: rank('owner'), own: true, self: true }
  for (const { resource, method } of methods)
    for (const kind of ['executor', 'runtime', 'system'] as const) {
      const tie = kind === 'system' ? undefined : policyOf(resource, method)?.[kind]
      for (const fact of Object.values(ties)) {
        const allowed = may(abilityFor(kind, null), method, resource, { ...all, [fact]: true })
        expect([kind, method, resource, fact, allowed]).toEqual([
          ...[kind, method, resource, fact],
          tie !== undefined && ties[tie] === fact,
        ])
      }
    }
})

test('the lowest that a user needs depends on whose session it is only where the policy says so', () => {
  expect(requiredLevel('sessions', 'prompt', true)).toBe('session')
  expect(requiredLevel('sessions', 'prompt', false)).toBe('prompt')
  expect(requiredLevel('sessions', 'patch', false)).toBe('all')
  expect(requiredLevel('sessions', 'get', false)).toBe('view')
  expect(requiredLevel('repos', 'create', false)).toBe('admin')
  expect(requiredLevel('users', 'find', false)).toBe('anyone')
  expect(requiredLevel('messages', 'create', true)).toBeNull()
  expect(requiredLevel('sessions', 'no such method', true)).toBeNull()
})
