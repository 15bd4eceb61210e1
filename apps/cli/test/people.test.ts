import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import type { ApiToken, Grant, NewApiToken, NewInvitation, Team, User, Worktree } from '@yardmaster/protocol'
import { type Started, startDaemon } from './daemon.js'

let daemon: Started
let ada: Awaited<ReturnType<typeof add>>
beforeAll(async () => {
  daemon = await startDaemon()
  expect(await daemon.yardmaster(['login', daemon.link])).toMatchObject({ code: 0 })
  await daemon.json('repo', 'add', await daemon.repository('shop'))
  await daemon.json('worktree', 'new', 'shop', 'fix-cart')
  ada = await add('ada')
})
afterAll(() => daemon.stop())

const password = 'correct horse battery'
const add = async (name: string) => {
  const email = `${name}@example.com`
  const { code } = await daemon.yardmaster(['user', 'add', email, '--name', name], { input: `${password}\n` })
  expect(code).toBe(0)
  const as = (args: string[], input = `${password}\n`) => daemon.yardmaster(args, { as: name, input })
  expect(await as(['login', '--email', email])).toMatchObject({ code: 0 })
  return { email, as }
}

test('a team is made, filled, granted and taken apart again', async () => {
  const sees = async () => JSON.parse((await ada.as(['worktree', 'ls', '--json'])).stdout) as Worktree[]
  expect(await daemon.yardmaster(['team', 'add', 'backend'])).toMatchObject({
    code: 0,
    stdout: 'Made the team backend.\n',
  })
  expect(await daemon.yardmaster(['team', 'member', 'add', 'backend', ada.email, 'Admin'])).toMatchObject({
    code: 0,
    stdout: 'ada@example.com, Admin are in backend.\n',
  })
  expect(await sees()).toEqual([])
  expect(
    await daemon.yardmaster(['grant', 'add', '--team', 'backend', 'prompt', '--repo', 'shop']),
  ).toMatchObject({ code: 0, stdout: 'backend now has prompt on shop.\n' })
  expect(await sees()).toHaveLength(1)
  expect((await ada.as(['team', 'ls'])).stdout).toMatch(/^backend +ada/m)
  expect((await daemon.yardmaster(['grant', 'ls', '--repo', 'shop'])).stdout).toMatch(/^backend +prompt/m)

  expect(await daemon.yardmaster(['team', 'member', 'rm', 'backend', ada.email])).toMatchObject({ code: 0 })
  expect(await sees()).toEqual([])
  expect((await daemon.yardmaster(['team', 'member', 'rm', 'backend', ada.email])).stderr).toContain(
    'not in backend',
  )
  const row = await daemon.json<Grant>('grant', 'rm', '--team', 'backend', '--repo', 'shop')
  expect(row).toMatchObject({ level: 'prompt', user_id: null })
  await daemon.json('team', 'rename', 'backend', 'engine')
  expect(await daemon.json<Team>('team', 'rm', 'engine')).toMatchObject({ name: 'engine' })
  expect(await daemon.json('team', 'ls')).toEqual([])
})

test('users are changed, disabled, let in again and removed', async () => {
  const { email, as } = await add('linus')
  expect(await daemon.json<User>('user', 'set', email, '--role', 'viewer')).toMatchObject({ role: 'viewer' })
  expect((await as(['whoami'])).stderr).toContain('not signed in')
  expect(await as(['login', '--email', email])).toMatchObject({ code: 0 })
  expect(await daemon.yardmaster(['user', 'disable', email])).toMatchObject({
    code: 0,
    stdout: 'linus is disabled.\n',
  })
  expect(await as(['login', '--email', email])).toMatchObject({ code: 1 })
  await daemon.json('user', 'enable', email)
  expect(await as(['login', '--email', email])).toMatchObject({ code: 0 })
  expect(await daemon.yardmaster(['user', 'rm', email])).toMatchObject({
    code: 0,
    stdout: 'Removed linus.\n',
  })
  const last = await daemon.yardmaster(['user', 'set', 'Admin', '--role', 'member'])
  expect(last).toMatchObject({ code: 1, stderr: expect.stringContaining('(LAST_ADMIN)') })
})

test('an entry is set from standard input and shown by name alone; commits have the identity that one says', async () => {
  const { as } = ada
  expect(await as(['env', 'set', 'MY_API_KEY'], 'line one\nline two\n')).toMatchObject({ code: 0 })
  expect((await as(['env', 'set', 'PATH'], '/tmp')).stderr).toContain('(NAME_REFUSED)')
  const { stdout } = await as(['env', 'ls', '--json'])
  expect(JSON.parse(stdout)).toMatchObject([{ name: 'MY_API_KEY', readable: true }])
  expect(stdout).not.toContain('line')
  expect(await as(['env', 'rm', 'MY_API_KEY'])).toMatchObject({ code: 0 })
  expect(await as(['identity', '--name', 'Ada at Work'])).toMatchObject({
    stdout: 'Ada at Work <ada@example.com>\n',
  })
})

test('a token signs scripts in until it is revoked; a new password ends the other sign-ins', async () => {
  const { as } = ada
  const made: NewApiToken = JSON.parse(
    (await as(['token', 'new', 'nightly', '--days', '90', '--json'])).stdout,
  )
  expect(made).toMatchObject({ name: 'nightly', scopes: ['work'], token: expect.stringMatching(/^ymt_/) })
  const script = (...args: string[]) => daemon.yardmaster(args, { as: 'a script', token: made.token })
  expect(JSON.parse((await script('whoami', '--json')).stdout)).toMatchObject({ user: { name: 'ada' } })
  expect((await script('token', 'new', 'more')).stderr).toContain('(NOT_BY_TOKEN)')

  expect(await as(['password'], 'a password of mine\n')).toMatchObject({ code: 0 })
  const rows: ApiToken[] = JSON.parse((await as(['token', 'ls', '--json'])).stdout)
  expect(rows).toMatchObject([{ id: made.id, last_used_at: expect.any(String) }])
  expect(await as(['token', 'revoke', 'nightly'])).toMatchObject({ code: 0, stdout: 'Revoked nightly.\n' })
  expect((await script('whoami')).stderr).toContain('not signed in')
  expect(await as(['logout', '--everywhere', '--tokens'])).toMatchObject({ code: 0 })
})

test('whoever is invited signs in by the link and chooses a password', async () => {
  const { link } = await daemon.json<NewInvitation>('invite', 'new', 'radia@example.com')
  expect((await daemon.yardmaster(['invite', 'ls'])).stdout).toMatch(/^radia +radia@example.com/m)
  const as = (args: string[], input = '') => daemon.yardmaster(args, { as: 'radia', input })
  expect(await as(['login', link])).toMatchObject({ code: 0 })
  expect(await as(['password'], 'a password of mine\n')).toMatchObject({ code: 0 })
  const none = await daemon.yardmaster(['invite', 'rm', 'radia@example.com'])
  expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('No invite is called') })
})

test('a team is set up by the script that the documentation has', async () => {
  const root = join(__dirname, '../../..')
  const page = readFileSync(join(root, 'context/rbac.md'), 'utf8')
  const [, script] = /## A team of fifty[\s\S]*?```sh\n([\s\S]*?)```/.exec(page)!
  const people = [
    ['one@example.com', 'One', 'member', 'engine'],
    ['two@example.com', 'Two of Them', 'viewer', 'support'],
  ]
  writeFileSync(join(daemon.place, 'people.csv'), people.map((each) => `${each.join(',')}\n`).join(''))
  // The program that was built, for what npx would find.
  const npx = `npx() { shift; node '${join(root, 'apps/cli/bin/yardmaster.js')}' "$@"; }`
  await promisify(execFile)('bash', ['-c', `${npx}\n${script}`], { cwd: daemon.place, env: daemon.asAdmin })

  const links = JSON.parse(
    `[${readFileSync(join(daemon.place, 'links.json'), 'utf8').replaceAll(/\}\s*\{/g, '},{')}]`,
  )
  expect(links).toMatchObject(people.map(([email, name, role]) => ({ email, name, role })))
  const as = (args: string[]) => daemon.yardmaster(args, { as: 'two' })
  expect(await as(['login', links[1].link])).toMatchObject({ code: 0 })
  expect(JSON.parse((await as(['worktree', 'ls', '--json'])).stdout)).toHaveLength(1)
  expect((await daemon.yardmaster(['team', 'ls'])).stdout).toMatch(/^engine +One .*\nsupport +Two of Them /m)
})
