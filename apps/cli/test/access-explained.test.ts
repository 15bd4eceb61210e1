import type { PersonAccess } from '@yardmaster/protocol'
import { explained } from '../src/commands/access.js'

const grant_id = '0192f0c1-3a2b-7000-8000-000000000001'
const ada: PersonAccess = {
  user: { id: '0192f0c1-3a2b-7000-8000-000000000002', name: 'Ada' },
  role: 'member',
  disabled: false,
  level: 'all',
  because: [
    { kind: 'grant', level: 'all', grant_id, on: 'repo', team: { id: grant_id, name: 'core' } },
    { kind: 'others_can', level: 'view' },
  ],
}

test('a level is told with all that gives it', () => {
  expect(explained(ada, 'fix-cart')).toEqual([
    'Ada (member) has all on fix-cart.',
    `  all      by the grant of team core on the repo (${grant_id})`,
    '  view     by what others can in the worktree',
  ])
})

test('a viewer hears that the role is what holds the level down', () => {
  const lines = explained({ ...ada, role: 'viewer', level: 'view' }, 'fix-cart')
  expect(lines[0]).toBe('Ada (viewer) has view on fix-cart.')
  expect(lines.at(-1)).toBe('  A viewer has view at most: what is above that counts only with another role.')
})

test('a disabled user hears that, and nobody hears of the role then', () => {
  const lines = explained({ ...ada, disabled: true, level: 'none' }, 'fix-cart')
  expect(lines.at(-1)).toBe('  The user is disabled: all of this gives nothing.')
})

test('where nothing gives a level, it says so', () => {
  expect(explained({ ...ada, level: 'none', because: [] }, 'fix-cart')).toEqual([
    'Ada (member) has none on fix-cart.',
    '  Nothing gives a level here.',
  ])
})
