import type { AuditEntry, Grant, User } from '@yardmaster/protocol'
import fc from 'fast-check'
import { identityChange, identityForm } from '../src/features/account/identity-change.js'
import {
  afterPage,
  auditPage,
  auditQuery,
  auditSearch,
  detailOf,
} from '../src/features/admin/audit-search.js'
import { grantsSearch, grantsThatFit } from '../src/features/admin/grants-search.js'
import { teamsOf } from '../src/features/admin/teams-of.js'
import { lastsUntil } from '../src/ui/lasts-until.js'
import { size } from '../src/ui/size.js'

test('an address that anybody wrote becomes filters that the daemon takes, or none', () => {
  expect(
    auditSearch({ outcome: 'all', from: 'yesterday', until: '2026-13-01', person: 7, method: '' }),
  ).toEqual({})
  const search = { person: 'p', resource: 'grants', method: 'create', outcome: 'refused', from: '2026-01-31' }
  expect(auditSearch({ ...search, other: 1 })).toEqual(search)
})

test('days of the audit log are whole, in the time of whoever looks', () => {
  const { at } = auditQuery({ from: '2026-01-31', until: '2026-01-31' }, null) as {
    at: { $gte: string; $lte: string }
  }
  expect(Date.parse(at.$lte) - Date.parse(at.$gte)).toBe(24 * 60 * 60 * 1000 - 1)
  expect(new Date(at.$gte).getHours()).toBe(0)
})

test('pages by id reach every line once, also while new ones come in', () => {
  fc.assert(
    fc.property(fc.nat(350), fc.nat(5), (there, arriving) => {
      const id = (place: number) => String(place).padStart(6, '0')
      const log = Array.from({ length: there }, (_, place) => ({ id: id(place) }))
      const find = (query: Record<string, unknown>) => {
        const { $lt } = (query.id ?? {}) as { $lt?: string }
        return log
          .filter((line) => $lt === undefined || line.id < $lt)
          .reverse()
          .slice(0, auditPage)
      }
      const read: string[] = []
      let before: string | null | undefined = null
      while (before !== undefined) {
        const page = find(auditQuery({}, before))
        read.push(...page.map((line) => line.id))
        before = afterPage(page)
        for (let more = 0; more < arriving; more++) log.push({ id: id(log.length) })
      }
      expect(read).toEqual(Array.from({ length: there }, (_, place) => id(there - 1 - place)))
    }),
    { numRuns: 30 },
  )
})

test('a line of the audit log tells the values that it has, and of the rest the names', () => {
  const line = { code: 'FORBIDDEN', fields: ['level', 'user_id'], details: { level: 'owner' }, count: 3 }
  expect(detailOf(line as unknown as AuditEntry)).toBe('FORBIDDEN, level: owner, user_id, 3 times')
  expect(detailOf({ code: null, fields: [], details: {}, count: 1 } as unknown as AuditEntry)).toBe('')
})

test('how long something is good for', () => {
  const in_hours = (hours: number) => lastsUntil(new Date(hours * 3_600_000).toISOString(), 0)
  expect(lastsUntil(null, 0)).toBe('always')
  expect([0, 0.5, 5.5, 47.9, 48, 168].map(in_hours)).toEqual([
    'expired',
    'for less than an hour',
    'for 5 h',
    'for 47 h',
    'for 2 days',
    'for 7 days',
  ])
})

test('a form of the account sends what it changes and nothing else', () => {
  const user = { name: 'Ann', git_name: null, git_email: 'ann@example.com' } as User
  const form = identityForm(user)
  expect(identityChange(user, form)).toBeNull()
  expect(identityChange(user, { ...form, name: '  ' })).toBeNull()
  expect(identityChange(user, { ...form, git_email: ' ' })).toEqual({ git_email: null })
  expect(identityChange(user, { ...form, name: ' Anna ' })).toEqual({ name: 'Anna' })
})

test('teams of people by name; a membership of a team that is not known tells nothing', () => {
  const team = (id: string, name: string) => ({ id, name, created_at: '' })
  const member = (team_id: string, user_id: string) => ({ id: team_id + user_id, team_id, user_id })
  const found = teamsOf(
    [team('1', 'ops'), team('2', 'back')],
    [member('1', 'a'), member('2', 'a'), member('3', 'b')],
  )
  expect([...found]).toEqual([['a', ['back', 'ops']]])
})

test('grants are found by whom they are given to and where they hold', () => {
  expect(grantsSearch({ holder: 'a', repo: 7, worktree: '', other: 1 })).toEqual({ holder: 'a' })
  const none = { user_id: null, team_id: null, repo_id: null, worktree_id: null }
  const grants = [
    { ...none, id: '1', user_id: 'ann', repo_id: 'r' },
    { ...none, id: '2', team_id: 'team', worktree_id: 'w' },
    { ...none, id: '3', user_id: 'ann', worktree_id: 'x' },
  ] as Grant[]
  const worktrees = new Map([
    ['w', { repo_id: 'r' }],
    ['x', { repo_id: 'another' }],
  ])
  const fit = (search: object) => grantsThatFit(grants, search, worktrees).map(({ id }) => id)
  expect(fit({})).toEqual(['3', '2', '1'])
  expect(fit({ holder: 'ann' })).toEqual(['3', '1'])
  expect(fit({ holder: 'team' })).toEqual(['2'])
  expect(fit({ repo: 'r' })).toEqual(['2', '1'])
  expect(fit({ worktree: 'w' })).toEqual(['2', '1'])
  expect(fit({ worktree: 'x', holder: 'team' })).toEqual([])
})

test('a size is told in two or three digits', () => {
  expect([0, 999, 1_024, 4_300_000, 2 ** 44].map(size)).toEqual(['0 B', '999 B', '1.0 KB', '4.1 MB', '16 TB'])
})
