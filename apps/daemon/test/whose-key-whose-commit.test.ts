import { readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { git } from '@yardmaster/git'
import { mostEntries } from '@yardmaster/protocol'
import { asUsersGetIt, type Person, startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { createSealer } from '../src/environment/sealer'
import { type Answer, openTransport, type Transport, transports } from './helpers/calls'
import { stored } from './helpers/rows'
import { Watch } from './helpers/watch'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon({ env: asUsersGetIt })
})
afterAll(() => yard.stop())

const codeOf = ({ status, body }: Answer) => [status, body.data?.code]
const entries = (by: Person) => by.rest.service('environment-entries')

describe.each(transports)('over %s', (name) => {
  let transport: Transport
  beforeEach(() => {
    transport = openTransport(name, yard.url)
  })
  afterEach(() => transport.close())
  const call = (by: Person | string, method: string, more: object = {}) =>
    transport.call(typeof by === 'string' ? by : by.token, { path: 'environment-entries', method, ...more })

  test('values go in and never come out; the same name again sets it', async () => {
    const person = await yard.person()
    const put = (value: string) => call(person, 'create', { data: { name: 'SOME_API_KEY', value } })
    const first = await put('a value of one')
    const row = { id: expect.any(String), name: 'SOME_API_KEY', readable: true }
    expect(first).toEqual({
      status: 201,
      body: { ...row, created_at: expect.any(String), updated_at: expect.any(String) },
    })
    const kept = await stored(yard.database.db, 'environment_entries', first.body.id)
    const second = await put('a value of two')
    expect(second.body).toEqual({ ...first.body, updated_at: expect.any(String) })
    expect(await stored(yard.database.db, 'environment_entries', first.body.id)).not.toEqual(kept)
    expect((await call(person, 'find')).body.data).toEqual([second.body])
    for (const text of ['a value of', Buffer.from('a value of').toString('hex')])
      expect(JSON.stringify(kept)).not.toContain(text)
    expect(await call(person, 'remove', { id: first.body.id })).toEqual({ status: 200, body: second.body })
    expect((await call(person, 'find')).body.data).toEqual([])
  })

  test("they are nobody else's, not even an admin's, nor an API token's", async () => {
    const person = await yard.person()
    const { id } = await entries(person).create({ name: 'MINE', value: 'value' })
    expect((await call(yard.admin, 'find')).body.data).toEqual([])
    expect(codeOf(await call(yard.admin, 'remove', { id }))).toEqual([404, 'NOT_FOUND'])
    const { token } = await person.rest.service('api-tokens').create({ name: 't', scopes: ['manage'] })
    for (const answer of [
      await call(token, 'find'),
      await call(token, 'create', { data: { name: 'MINE', value: 'other' } }),
      await call(token, 'remove', { id }),
    ])
      expect(codeOf(answer)).toEqual([403, 'NOT_BY_TOKEN'])
  })

  test('names of the host, of git and of Yardmaster are refused, and so is what no environment holds', async () => {
    const person = await yard.person()
    const code = async (name: string, value = 'value') =>
      codeOf(await call(person, 'create', { data: { name, value } }))[1]
    for (const refused of [
      ...[
        'PATH',
        'Path',
        'HOME',
        'LD_PRELOAD',
        'DYLD_INSERT_LIBRARIES',
        'NODE_OPTIONS',
        'node_options',
        'BASH_ENV',
      ],
      ...[
        'GIT_SSH_COMMAND',
        'GIT_AUTHOR_NAME',
        'YARDMASTER_TOKEN',
        'DATABASE_URL',
        'PYTHONSTARTUP',
        'npm_config_x',
      ],
    ])
      expect([refused, await code(refused)]).toEqual([refused, 'NAME_REFUSED'])
    for (const odd of ['', '1A', 'A-B', 'A=B', 'A B', 'Ä', 'A'.repeat(129)])
      expect([odd, await code(odd)]).toEqual([odd, 'INVALID'])
    for (const odd of ['', 'a\0b', 'x'.repeat(16_385)]) expect(await code('FINE', odd)).toBe('INVALID')
    expect(await code('PATHS')).toBeUndefined()
  })
})

test('one has so many entries and no more', async () => {
  const person = await yard.person()
  for (let n = 0; n < mostEntries; n++) await entries(person).create({ name: `KEY_${n}`, value: 'value' })
  await entries(person).create({ name: 'KEY_0', value: 'another' })
  const oneMore = entries(person).create({ name: 'ONE_MORE', value: 'value' })
  await expect(oneMore).rejects.toMatchObject({ data: { code: 'TOO_MANY_ENTRIES' } })
})

test('the key lies in the home for its user alone, and a seal holds for one user, one name and one key', async () => {
  const file = join(yard.home, 'environment.key')
  expect((await stat(file)).mode & 0o777).toBe(0o600)
  const key = Buffer.from(await readFile(file, 'utf8'), 'base64url')
  const [sealer, other] = [createSealer(key), createSealer(Buffer.alloc(32, 1))]
  expect(yard.daemon.yard.sealer.key_id).toBe(sealer.key_id)
  const sealed = sealer.seal('one', 'NAME', 'the value ☃')
  expect(sealed.equals(sealer.seal('one', 'NAME', 'the value ☃'))).toBe(false)
  expect(sealer.open('one', 'NAME', sealed)).toBe('the value ☃')
  const bent = Buffer.from(sealed)
  bent[30]! ^= 1
  for (const opened of [
    sealer.open('two', 'NAME', sealed),
    sealer.open('one', 'ANOTHER', sealed),
    other.open('one', 'NAME', sealed),
    sealer.open('one', 'NAME', bent),
    sealer.open('one', 'NAME', sealed.subarray(0, 20)),
  ])
    expect(opened).toBeNull()
})

describe('a run', () => {
  /** Prompts and waits for the end. */
  const run = async (watch: Watch, session_id: string, by: Person, prompt: string) => {
    const task = await by.rest.service('sessions').prompt({ id: session_id, prompt })
    expect(await watch.ended(task.id)).toMatchObject({ status: 'completed' })
    return task
  }
  const lastCommit = async (cwd: string) =>
    (await git(['log', '-1', '--format=%an <%ae> %cn <%ce> %s'], { cwd })).trim()
  const commit = (subject: string) =>
    `$ printf "%s" "\${SHOWN_KEY:-none}" > key.txt\n$ git add -A\n$ git commit --quiet --allow-empty -m "${subject}"`

  test('has the keys of who prompted it, and its commits their name', async () => {
    const member = await yard.person()
    const { id: worktree_id, path } = await yard.worktree({ grants: [[member, 'prompt']] })
    const session = await yard.session(worktree_id, member, { permission_mode: 'auto' })
    const watch = await Watch.open(yard, session.id)
    const key = () => readFile(join(path, 'key.txt'), 'utf8')
    await entries(member).create({ name: 'SHOWN_KEY', value: "the member's own" })
    await entries(yard.admin).create({ name: 'SHOWN_KEY', value: "the admin's own" })

    await run(watch, session.id, member, commit('first'))
    const { name, email } = member.user
    expect(await lastCommit(path)).toBe(`${name} <${email}> ${name} <${email}> first`)
    expect(await key()).toBe("the member's own")

    await run(watch, session.id, yard.admin, commit('second'))
    expect(await lastCommit(path)).toBe('admin <admin@example.com> admin <admin@example.com> second')
    expect(await key()).toBe("the admin's own")

    const mine = { git_name: 'Ada at Work', git_email: 'work@example.com' }
    expect(await member.rest.service('users').patch(member.user.id, mine)).toMatchObject(mine)
    const [{ id }] = (await entries(member).find()).data as unknown as [{ id: string }]
    await entries(member).remove(id)
    await run(watch, session.id, member, commit('third'))
    expect(await lastCommit(path)).toBe('Ada at Work <work@example.com> Ada at Work <work@example.com> third')
    expect(await key()).toBe('none')
    const reset = { git_name: null, git_email: null }
    expect(await member.rest.service('users').patch(member.user.id, reset)).toMatchObject(reset)

    const rows = await yard.database.db.query<{ all: string }>({
      text: `select coalesce(string_agg(x::text, ' '), '') as all from session_events x where session_id = $1`,
      values: [session.id],
    })
    expect(rows[0]!.all).not.toContain("member's own")
  })

  test('goes on without what cannot be opened any more, and says so', async () => {
    const member = await yard.person()
    const { id: worktree_id } = await yard.worktree({ grants: [[member, 'session']] })
    const session = await yard.session(worktree_id, member, { permission_mode: 'auto' })
    const watch = await Watch.open(yard, session.id)
    const entry = await entries(member).create({ name: 'SHOWN_KEY', value: 'lost' })
    await yard.database.db.query({
      text: "update environment_entries set key_id = 'another', sealed = $2 where id = $1",
      values: [entry.id, createSealer(Buffer.alloc(32, 7)).seal(member.user.id, 'SHOWN_KEY', 'lost')],
    })
    expect((await entries(member).find()).data).toMatchObject([{ name: 'SHOWN_KEY', readable: false }])
    const { id } = await run(watch, session.id, member, '$ true')
    expect(watch.texts(id, 'notice')).toEqual([expect.stringContaining('yardmaster env set SHOWN_KEY')])
  })

  test('has no keys of somebody who was disabled after prompting', async () => {
    const member = await yard.person()
    const { id: worktree_id, path } = await yard.worktree({ grants: [[member, 'session']] })
    const session = await yard.session(worktree_id, member, { permission_mode: 'auto' })
    const watch = await Watch.open(yard, session.id)
    await entries(member).create({ name: 'SHOWN_KEY', value: 'gone with them' })
    const before = await member.rest
      .service('sessions')
      .prompt({ id: session.id, prompt: `$ while [ ! -e go ]; do sleep 0.05; done\n${commit('before')}` })
    const behind = await member.rest.service('sessions').prompt({ id: session.id, prompt: commit('behind') })
    await watch.until(() => watch.tasks.get(before.id)?.status === 'running')
    await yard.admin.rest.service('users').patch(member.user.id, { disabled: true })
    await writeFile(join(path, 'go'), '')
    await watch.ended(behind.id)
    expect(await readFile(join(path, 'key.txt'), 'utf8')).toBe('none')
  })
})

test.each(['a\nb', '<x>', '   ', '', '...'])('%j is no name that git could write', async (git_name) => {
  const { admin } = yard
  const change = admin.rest.service('users').patch(admin.user.id, { git_name })
  await expect(change).rejects.toMatchObject({ data: { code: 'INVALID' } })
})
