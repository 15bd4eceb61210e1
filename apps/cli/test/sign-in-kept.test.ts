import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { daemonUrl } from '../src/address.js'
import { parseLink } from '../src/commands/sign-in.js'
import { Credentials } from '../src/credentials.js'

let place: string
beforeEach(() => {
  place = mkdtempSync(join(tmpdir(), 'yardmaster-cli-'))
})
afterEach(() => rmSync(place, { recursive: true }))

test('sign-ins lie in a file that only the user can read, one per daemon', () => {
  const credentials = Credentials.of({ XDG_CONFIG_HOME: place })
  expect(credentials.file).toBe(join(place, 'yardmaster', 'credentials.json'))
  expect(credentials.get('http://one')).toBeNull()

  credentials.put('http://one', { token: 'first', email: 'a@example.com' })
  credentials.put('http://two', { token: 'second', email: 'b@example.com' })
  expect(statSync(credentials.file).mode & 0o777).toBe(0o600)
  expect(statSync(dirname(credentials.file)).mode & 0o777).toBe(0o700)
  expect(credentials.get('http://one')?.token).toBe('first')

  expect(credentials.remove('http://one')).toBe(true)
  expect(credentials.remove('http://one')).toBe(false)
  expect(readFileSync(credentials.file, 'utf8')).not.toContain('first')
  expect(credentials.get('http://two')?.email).toBe('b@example.com')
  expect(readdirSync(dirname(credentials.file))).toEqual(['credentials.json'])
})

test('a file that others could read is private again after the next sign-in', () => {
  const credentials = new Credentials(join(place, 'credentials.json'))
  writeFileSync(credentials.file, '{}', { mode: 0o644 })
  credentials.put('http://one', { token: 'first', email: 'a@example.com' })
  expect(statSync(credentials.file).mode & 0o777).toBe(0o600)
})

test('without XDG_CONFIG_HOME it is the home of the user', () => {
  expect(Credentials.of({ HOME: '/home/ada' }).file).toBe('/home/ada/.config/yardmaster/credentials.json')
})

test('a file that is not JSON is told of and not overwritten', () => {
  const credentials = new Credentials(join(place, 'credentials.json'))
  writeFileSync(credentials.file, 'not json')
  expect(() => credentials.put('http://one', { token: 't', email: 'e' })).toThrow(/sign in again/)
  expect(readFileSync(credentials.file, 'utf8')).toBe('not json')
})

test('the daemon is the option, YARDMASTER_URL, the one of this home, the default, in this order', () => {
  const env = { YARDMASTER_HOME: join(place, 'home') }
  expect(daemonUrl(undefined, env)).toBe('http://127.0.0.1:3030')
  mkdirSync(env.YARDMASTER_HOME)
  writeFileSync(join(env.YARDMASTER_HOME, 'daemon.json'), '{"pid": 1, "url": "http://127.0.0.1:4711"}')
  expect(daemonUrl(undefined, env)).toBe('http://127.0.0.1:4711')
  expect(daemonUrl(undefined, { ...env, YARDMASTER_URL: 'https://yard.example.com/' })).toBe(
    'https://yard.example.com',
  )
  expect(daemonUrl('http://here:1/', { ...env, YARDMASTER_URL: 'http://there' })).toBe('http://here:1')
})

test('a sign-in link names daemon and token', () => {
  const data = { strategy: 'link', token: 'abc-DEF_1' }
  expect(parseLink('http://127.0.0.1:3030/app/#token=abc-DEF_1\n')).toEqual({
    url: 'http://127.0.0.1:3030',
    data,
  })
  expect(parseLink('https://example.com/yard/app/#token=abc-DEF_1')).toEqual({
    url: 'https://example.com/yard',
    data,
  })
  for (const wrong of ['abc', 'http://127.0.0.1:3030/app/', 'http://127.0.0.1:3030/app/#token='])
    expect(() => parseLink(wrong)).toThrow(/no sign-in link/)
})
