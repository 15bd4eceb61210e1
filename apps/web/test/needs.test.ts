import { sessionStatuses, terminalStatuses } from '@yardmaster/protocol'
import fc from 'fast-check'
import { newlyWanted, wantedBy } from '../src/features/notices/what-is-new.js'
import { needOf, sortByNeed, waits } from '../src/features/sessions/needs.js'
import { needs } from '../src/ui/words.js'

const session = (more: object = {}) => ({
  id: 'a',
  status: 'idle' as const,
  last_ending: 'completed' as const,
  held_by_task_id: null,
  created_by: 'me',
  last_seq: 5,
  last_activity_at: '2026-01-01T00:00:00Z',
  ...more,
})
const looking = (seen_seq?: number) => ({ me: 'me', seen_seq })

test.each([
  ['an agent that asks, whosever it is', { status: 'awaiting_permission', created_by: 'other' }, 'asks'],
  ['what failed', { last_ending: 'failed' }, 'failed'],
  ['what ran out of time', { last_ending: 'timed_out' }, 'failed'],
  ['a queue that is held', { status: 'queued', held_by_task_id: 't' }, 'held'],
  ['what is done', {}, 'finished'],
  ['what runs', { status: 'running' }, 'running'],
  ['what is next in its queue', { status: 'queued' }, 'running'],
  ['what was never prompted', { last_ending: null }, 'quiet'],
  ['what others have done', { created_by: 'other' }, 'quiet'],
  ['what is archived', { status: 'archived', last_ending: 'failed' }, 'quiet'],
])('%s', (_, more, need) => {
  expect(needOf(session(more), looking())).toBe(need)
})

test('looking at it makes an ending quiet, and anything later makes it news again', () => {
  expect(needOf(session(), looking(5))).toBe('quiet')
  expect(needOf(session({ last_ending: 'failed' }), looking(5))).toBe('quiet')
  expect(needOf(session({ last_seq: 6 }), looking(5))).toBe('finished')
})

test('whom one has looked at once, one follows', () => {
  expect(needOf(session({ created_by: 'other' }), looking(4))).toBe('finished')
})

test('lists hold each session once, what waits for a person before what does not', () => {
  const any = fc.record({
    id: fc.uuid(),
    status: fc.constantFrom(...sessionStatuses),
    last_ending: fc.constantFrom(null, ...terminalStatuses),
    held_by_task_id: fc.constantFrom(null, 't'),
    created_by: fc.constantFrom('me', 'other', null),
    last_seq: fc.nat(9),
    last_activity_at: fc.constantFrom('2026-01-01T00:00:00Z', '2026-01-02T00:00:00Z'),
  })
  fc.assert(
    fc.property(fc.uniqueArray(any, { selector: ({ id }) => id }), fc.option(fc.nat(9)), (sessions, seen) => {
      const groups = sortByNeed(sessions, () => looking(seen ?? undefined))
      expect(groups.flatMap((group) => group.sessions.map(({ id }) => id)).sort()).toEqual(
        sessions.map(({ id }) => id).sort(),
      )
      const order = groups.map(({ need }) => needs.indexOf(need))
      expect(order).toEqual([...order].sort((a, b) => a - b))
      const waiting = groups.map(({ need }) => waits(need))
      expect(waiting).toEqual([...waiting].sort((a, b) => Number(b) - Number(a)))
    }),
  )
})

test('what newly wants something is told of once, and only of what one wants to be told', () => {
  const asks = wantedBy([{ need: 'asks', sessions: [{ id: 'a' }] }])
  const both = wantedBy([
    { need: 'asks', sessions: [{ id: 'a' }] },
    { need: 'finished', sessions: [{ id: 'b' }] },
    { need: 'running', sessions: [{ id: 'c' }] },
  ])
  expect(newlyWanted(null, both, ['asks', 'finished'])).toEqual([])
  expect(newlyWanted(asks, both, ['asks', 'finished'])).toEqual([{ session_id: 'b', notice: 'finished' }])
  expect(newlyWanted(asks, both, ['asks'])).toEqual([])
  expect(newlyWanted(both, both, ['asks', 'finished'])).toEqual([])
})
