import { parseSettings, type Runtime, shownSettings } from '@yardmaster/protocol'
import pc from 'picocolors'
import { checkRuntime } from '../src/doctor/daemon.js'
import { checkHome, checkNode } from '../src/doctor/host.js'
import { diffStat, diffText } from '../src/output/diff.js'
import { facts, table } from '../src/output/table.js'
import { brief, plain } from '../src/output/text.js'
import { ago, lasted } from '../src/output/time.js'

const bare = pc.createColors(false)

test('what others wrote cannot steer the terminal', () => {
  expect(plain('\x1b[31mred\x1b[0m \x1b]0;title\x07x\x1b]8;;http://a\x1b\\y')).toBe('red xy')
  expect(plain('a\r\nb\tc\rd\x00\x08\x9b2Je')).toBe('a\nb\tcd2Je')
  expect(plain('rm \u202etxt.exe')).toBe('rm txt.exe')
  expect(plain('naïve 日本 🚂')).toBe('naïve 日本 🚂')
})

test('one line of at most so many characters', () => {
  expect(brief(' two\n lines ')).toBe('two lines')
  expect(brief('abcdef', 4)).toBe('abc…')
})

test('columns are aligned, and those that no row fills are left out', () => {
  const rows = [
    { name: 'a', state: '', note: 'x' },
    { name: 'longer', state: '', note: '' },
  ]
  expect(
    table(rows, [
      { title: 'NAME', value: (row) => row.name },
      { title: 'STATE', value: (row) => row.state },
      { title: 'NOTE', value: (row) => row.note },
    ]),
  ).toBe('NAME    NOTE\na       x\nlonger')
  expect(
    facts([
      ['a', 1],
      ['long', 'x'],
      ['none', null],
    ]),
  ).toBe('a     1\nlong  x')
})

test('times in words', () => {
  const now = Date.parse('2030-01-02T00:00:00Z')
  expect(ago('2030-01-01T23:59:30Z', now)).toBe('30 s ago')
  expect(ago('2030-01-01T22:00:00Z', now)).toBe('2 h ago')
  expect(ago(null)).toBe('never')
  expect(lasted(420)).toBe('0.4 s')
  expect(lasted(185_000)).toBe('3 min 5 s')
  expect(lasted(900_000)).toBe('15 min')
})

const file = {
  path: 'a.txt',
  status: 'modified',
  added: 1,
  removed: 1,
  patch: 'diff --git a/a.txt b/a.txt\n--- a/a.txt\n+++ b/a.txt\n@@ -1 +1 @@\n-old\n+new\n',
  binary: false,
  truncated: false,
}
const picture = { ...file, path: 'b.png', added: null, removed: null, patch: null, binary: true }

test('a diff shows its lines, its files and their sums', () => {
  expect(diffText({ from: 'x', to: null, files: [file, picture], truncated: false }, bare)).toBe(
    [
      'a.txt  +1 -1\n@@ -1 +1 @@\n-old\n+new',
      'b.png  binary',
      'a.txt  +1 -1\nb.png  binary\n2 files changed, 1 added, 1 removed',
    ].join('\n\n'),
  )
  expect(diffStat([], bare)).toBe('No changes.')
})

test('settings are shown without their passwords', () => {
  const shown = JSON.stringify(
    shownSettings(
      parseSettings(
        {
          DATABASE_URL: 'postgres://app:hunter2@db/yard?sslpassword=hunter2',
          REDIS_URL: 'redis://:hunter2@redis',
          YARDMASTER_ADMIN_EMAIL: 'ada@example.com',
          YARDMASTER_ADMIN_PASSWORD: 'hunter2hunter2',
        },
        '/home/ada',
      ),
    ),
  )
  expect(shown).not.toContain('hunter2')
  expect(shown).toContain('db/yard')
  expect(shown).toContain('/home/ada/.yardmaster')
})

test('settings say where they come from, also one that is set to what it would be anyway', () => {
  const read = { YARDMASTER_RUN_TIMEOUT: '90s', YARDMASTER_RECONNECT_GRACE: '15min', YARDMASTER_HOST: ' ' }
  const all = shownSettings(parseSettings(read, '/home/ada'))
  const of = (name: string) => all.filter((one) => one.name === name).map(({ value, from }) => [value, from])
  expect(of('YARDMASTER_RUN_TIMEOUT')).toEqual([['90s', 'environment']])
  expect(of('YARDMASTER_RECONNECT_GRACE')).toEqual([['15min', 'environment']])
  expect(of('YARDMASTER_HOST')).toEqual([['127.0.0.1', 'default']])
  // Each that is shown is one that the parser knows of.
  expect(all.map(({ name }) => name).sort()).toEqual(Object.keys(parseSettings({}, '/home/ada').from).sort())
})

test('doctor tells what is too old, cannot be written, or runs without isolation', () => {
  expect(checkNode('20.18.3').state).toBe('broken')
  expect(checkNode('20.19.0').state).toBe('ok')
  expect(checkNode('24.0.0').state).toBe('ok')
  expect(checkHome('/dev/null').state).toBe('broken')
  expect(checkHome('/dev/null/home').state).toBe('broken')
  expect(checkHome('/tmp/not/made/yet')).toEqual({
    name: 'home',
    state: 'ok',
    found: '/tmp/not/made/yet, not made yet',
  })
  const runtime = {
    name: 'local',
    isolation: 'none',
    max_concurrent: 4,
    offline_since: null,
    harnesses: [{ id: 'codex', name: 'Codex', version: null, capabilities: {}, problem: 'not installed' }],
  } as unknown as Runtime
  const checks = checkRuntime(runtime)
  expect(checks.map(({ state }) => state)).toEqual(['ok', 'warning', 'warning'])
  expect(checks[1]?.found).toContain('acts as the OS user')
  expect(checkRuntime({ ...runtime, offline_since: '2030-01-01T00:00:00Z' })[0]?.state).toBe('broken')
})
