import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DiffAnswer } from '@yardmaster/client'
import type { PermissionRequest, Session, SessionInfo, Task, User, Worktree } from '@yardmaster/protocol'
import { type Started, startDaemon } from './daemon.js'

let daemon: Started
beforeAll(async () => {
  daemon = await startDaemon()
  const signedIn = await daemon.yardmaster(['login', daemon.link])
  expect(signedIn).toMatchObject({ code: 0, stderr: '' })
  await daemon.json('repo', 'add', await daemon.repository('shop'))
  await daemon.json('worktree', 'new', 'shop', 'fix-cart')
})
afterAll(() => daemon.stop())

const begin = (prompt: string, ...more: string[]) =>
  daemon.json<{ session: Session; task: Task }>(
    'session',
    'new',
    'fix-cart',
    '--harness',
    'shell',
    '--prompt',
    prompt,
    ...more,
  )
const lines = (stdout: string) =>
  stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { type: string; data: Record<string, unknown> })

test('a link signs in once', async () => {
  const { user } = await daemon.json<{ user: User }>('whoami')
  expect(user.role).toBe('admin')
  const again = await daemon.yardmaster(['login', daemon.link])
  expect(again).toMatchObject({ code: 1, stdout: '' })
  expect(again.stderr).toMatch(/^error: .* \(LINK_INVALID\)\n$/)
})

test('doctor finds everything well, and the database password nowhere', async () => {
  const { code, stdout } = await daemon.yardmaster(['doctor', '--json'])
  const { well, checks } = JSON.parse(stdout)
  expect({ code, broken: checks.filter(({ state }: { state: string }) => state === 'broken') }).toEqual({
    code: 0,
    broken: [],
  })
  expect(well).toBe(true)
  expect(checks.map(({ name }: { name: string }) => name)).toEqual(
    expect.arrayContaining(['node', 'git', 'home', 'database', 'daemon', 'readiness', 'harness shell']),
  )
})

test('a user whose password came on standard input signs in, is granted, and signs out', async () => {
  const added = await daemon.yardmaster(['user', 'add', 'ada@example.com', '--name', 'Ada'], {
    input: 'correct horse battery\n',
  })
  expect(added).toMatchObject({ code: 0, stdout: 'Added Ada (ada@example.com, member).\n' })
  const ada = (...args: string[]) => daemon.yardmaster(args, { as: 'ada', input: 'correct horse battery\n' })

  expect((await ada('worktree', 'ls')).stderr).toContain('not signed in')
  expect(await ada('login', '--email', 'ada@example.com')).toMatchObject({ code: 0 })
  expect(JSON.parse((await ada('worktree', 'ls', '--json')).stdout)).toEqual([])

  const granted = await daemon.yardmaster([
    'grant',
    'add',
    'ada@example.com',
    'view',
    '--worktree',
    'fix-cart',
  ])
  expect(granted).toMatchObject({ code: 0, stdout: 'Ada now has view on fix-cart.\n' })
  expect(JSON.parse((await ada('worktree', 'ls', '--json')).stdout)).toHaveLength(1)
  const refused = await ada('session', 'new', 'fix-cart', '--harness', 'shell')
  expect(refused).toMatchObject({ code: 1, stdout: '' })
  expect(refused.stderr).toContain('(FORBIDDEN)')
  expect((await daemon.yardmaster(['grant', 'ls', '--worktree', 'fix-cart'])).stdout).toMatch(
    /^Ada +view +fix-cart/m,
  )

  const explain = (...args: string[]) =>
    daemon.yardmaster(['access', 'explain', '--worktree', 'shop/fix-cart', ...args])
  expect((await explain('--user', 'ada@example.com')).stdout).toMatch(
    /^Ada \(member\) has view on shop\/fix-cart\.\n {2}view {5}by a grant on the worktree \(\S{36}\)\n$/,
  )
  expect((await explain()).stdout).toMatch(/^Admin +admin +owner +by a grant on the \w+ .*, and 2 more$/m)

  const audit = await daemon.yardmaster([
    'audit',
    '--resource',
    'grants',
    '--worktree',
    'fix-cart',
    '--from',
    '1h',
  ])
  const [titles, newest] = audit.stdout.split('\n')
  expect(titles).toMatch(/^AT +WHO +FROM +WHAT +OUTCOME +ROW +DETAILS$/)
  expect(newest).toMatch(
    /Admin <admin@localhost> \(admin\) +127\.0\.0\.1 +grants\.create +allowed .* level=view/,
  )
  expect((await ada('audit')).stderr).toContain('(FORBIDDEN)')

  expect(await ada('logout')).toMatchObject({ code: 0 })
  expect((await ada('whoami')).stderr).toContain('not signed in')
})

test('a session whose prompt is followed shows the transcript and ends with the task', async () => {
  const { code, stdout } = await daemon.yardmaster([
    'session',
    'new',
    'shop/fix-cart',
    '--harness',
    'shell',
    '--permission-mode',
    'auto',
    '--follow',
    '--prompt',
    '$ printf "hello\\n" > greeting.txt',
  ])
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('❯ $ printf') })
  expect(stdout).toMatch(/● printf "hello\\n" > greeting.txt\n.* ✓ completed \(exit 0\)/s)
  expect(stdout).toMatch(/✓ completed in .*1 file changed\n$/)

  const usage = await daemon.yardmaster(['usage', '--by', 'harness', '--from', '1h'])
  expect(usage.stdout).toMatch(/^HARNESS +TASKS +COMPLETED .*\nshell +[1-9]/)

  const id = /^session (\S+)/.exec(stdout)?.[1] ?? ''
  const { files } = await daemon.json<DiffAnswer>('session', 'diff', id)
  expect(files).toMatchObject([{ path: 'greeting.txt', added: 1, removed: 0 }])
  expect((await daemon.yardmaster(['session', 'diff', id])).stdout).toContain('+hello\n')
  const info = await daemon.json<SessionInfo>('session', 'show', id.slice(0, 18))
  expect(info).toMatchObject({ id, status: 'idle', last_ending: 'completed', can_resume: true })
  expect(existsSync(join(info.cwd, 'greeting.txt'))).toBe(true)
})

test('a permission request is listed and decided; the transcript is one JSON object per line', async () => {
  const { session, task } = await begin('$ echo asked')
  const tail = daemon.yardmaster(['session', 'tail', session.id, '--until-idle', '--json'])
  const request = await pendingRequest(session.id)
  const row = await daemon.json<PermissionRequest>('request', 'decide', request.id, 'allow_once')
  expect(row).toMatchObject({ status: 'selected', option_id: 'allow_once' })

  const { code, stdout } = await tail
  expect(code).toBe(0)
  const told = lines(stdout)
  expect(new Set(told.map(({ type }) => type))).toEqual(
    new Set(['session', 'message', 'task', 'request', ...(stdout.includes('"chunk"') ? ['chunk'] : [])]),
  )
  const ending = told.findLast(({ type, data }) => type === 'task' && data.id === task.id)
  expect(ending?.data.status).toBe('completed')
  expect((await daemon.yardmaster(['request', 'decide', request.id, '1'])).stderr).toContain(
    '(ALREADY_DECIDED)',
  )
})

test('a task that was stopped ends the transcript with 1', async () => {
  const { session } = await begin('$ sleep 1000', '--permission-mode', 'auto')
  await until(async () => (await daemon.json<Session>('session', 'show', session.id)).status === 'running')
  const tail = daemon.yardmaster(['session', 'tail', session.id, '--until-idle'])
  expect(await daemon.yardmaster(['session', 'stop', session.id])).toMatchObject({ code: 0 })
  const { code, stdout } = await tail
  expect({ code, stdout }).toEqual({ code: 1, stdout: expect.stringMatching(/■ stopped/) })
  const nothing = await daemon.yardmaster(['session', 'stop', session.id])
  expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('(NOTHING_RUNS)') })
})

test('a prompt may come on standard input', async () => {
  const { session } = await begin('/help')
  const { code, stdout } = await daemon.yardmaster(['session', 'prompt', session.id, '-', '--follow'], {
    input: 'from a file\n',
  })
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringContaining('❯ from a file') })
  expect(stdout).not.toContain('/help\n')
})

test('a name that several rows have is told with all of them', async () => {
  await daemon.json('repo', 'add', await daemon.repository('mill'))
  const other = await daemon.json<Worktree>('worktree', 'new', 'mill', 'fix-cart')
  try {
    const { code, stderr } = await daemon.yardmaster(['session', 'ls', '--worktree', 'fix-cart'])
    expect(code).toBe(1)
    expect(stderr).toContain('more than one worktree')
    expect(stderr).toContain(other.id)
    expect(await daemon.json('session', 'ls', '--worktree', 'mill/fix-cart')).toEqual([])
    const none = await daemon.yardmaster(['worktree', 'ls', '--repo', 'nope'])
    expect(none).toMatchObject({ code: 1, stderr: expect.stringContaining('No repo is called "nope"') })
  } finally {
    const { token } = Object.values(
      JSON.parse(
        readFileSync(join(daemon.place, 'config/admin/yardmaster/credentials.json'), 'utf8'),
      ) as Record<string, { token: string }>,
    )[0]!
    await fetch(`${daemon.url}/worktrees/${other.id}`, {
      method: 'DELETE',
      headers: { Authorization: `Bearer ${token}` },
    })
  }
})

async function pendingRequest(session: string): Promise<PermissionRequest> {
  let found: PermissionRequest | undefined
  await until(async () => {
    ;[found] = await daemon.json<PermissionRequest[]>('request', 'ls', session)
    return found !== undefined
  })
  return found!
}

/** Looks again as soon as the last look is answered; jest's own limit ends it. */
async function until(look: () => Promise<boolean>): Promise<void> {
  while (!(await look()));
}
