import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { type CloneProgress, cloneFrom, progressReader } from '../src/clone.js'
import { addWorktree, checkCloneUrl, cloneRepo, inspectRepo } from '../src/index.js'
import { redact } from '../src/text.js'
import { cleanUp, makeRepo, place, refusal } from './support/repo.js'

afterEach(cleanUp)

test.each([
  'ext::sh -c touch% /tmp/x',
  'ext::sh',
  'file:///tmp/repo',
  '/tmp/repo',
  './repo',
  'repo',
  'http://host/repo',
  'git://host/repo',
  'ftp://host/repo',
  '--upload-pack=touch /tmp/x',
  '-u',
  'host:repo',
  'user@host::repo',
  'user@host:-oProxyCommand=x',
  '-oProxyCommand=x@host:repo',
  'user@-oProxyCommand=x:repo',
  'ssh://-oProxyCommand=x/repo',
  'ssh://user@-oProxyCommand=x/repo',
  'https://-host/repo',
  'https://me:secret@host/repo',
  'https://host/a b',
  'https://host/a\nb',
  'https://host/a\0b',
  ' https://host/repo',
  'https://',
  '',
])('%j is refused before git starts', async (url) => {
  const into = join(place(), 'into')
  expect(await refusal(cloneRepo({ url, into }))).toBe('URL_NOT_ALLOWED')
  expect(existsSync(into)).toBe(false)
})

test.each([
  'https://host/repo.git',
  'https://user@host.example:8443/a/b%20c.git',
  'ssh://git@host/repo',
  'ssh://host:2222/~me/repo.git',
  'git@host:team/repo.git',
  'HTTPS://host/repo',
])('%p is allowed', (url) => {
  expect(() => checkCloneUrl(url)).not.toThrow()
})

test('users and passwords in what git says are blanked', () => {
  expect(redact("fatal: 'https://me:secret@host/x' and ssh://token@host")).toBe(
    "fatal: 'https://***@host/x' and ssh://***@host",
  )
})

test('a password in a url is not repeated in the refusal', () => {
  expect(() => checkCloneUrl('https://me:secret@host/repo')).toThrow(
    /"https:\/\/\*\*\*@host\/repo" .* leave the password/,
  )
})

test('a clone is bare, knows its default branch, tells progress, and takes worktrees on any branch', async () => {
  const into = join(place(), 'clone.git')
  const told: CloneProgress[] = []
  const url = `file://${makeRepo()}`
  const made = await cloneFrom({ url, into, onProgress: (progress) => told.push(progress) }, 'file')
  expect(made).toEqual({ path: into, default_branch: 'main' })
  expect(await inspectRepo(into)).toEqual({ ...made, bare: true })
  expect(told).toContainEqual({ stage: 'Receiving objects', percent: 100 })
  await addWorktree({ repo: into, path: join(place(), 'w'), branch: 'main' })
})

test('a clone that fails, or that its protocol forbids, leaves nothing; one that is in the way stays', async () => {
  const at = place()
  const url = makeRepo()
  const into = join(at, 'clone.git')
  expect(await refusal(cloneFrom({ url: join(at, 'missing'), into }, 'file'))).toBe('CLONE_FAILED')
  expect(await refusal(cloneFrom({ url, into }, 'https:ssh'))).toBe('CLONE_FAILED')
  expect(readdirSync(at)).toEqual([])
  await cloneFrom({ url, into }, 'file')
  expect(await refusal(cloneFrom({ url, into }, 'file'))).toBe('CLONE_FAILED')
  expect((await inspectRepo(into)).bare).toBe(true)
})

test('an https clone that meets nobody fails with one line and without asking anybody', async () => {
  const into = join(place(), 'clone.git')
  const failing = cloneRepo({ url: 'https://nobody@127.0.0.1:1/repo', into })
  const message = await failing.then(String, (error) => error.message as string)
  expect(message).toMatch(/^The clone failed, check the url and your access: .*127\.0\.0\.1:1/)
  expect(message).not.toContain('nobody')
  expect(message.split('\n')).toHaveLength(1)
  expect(existsSync(into)).toBe(false)
})

test('progress is read from pieces that end anywhere, each percent once', () => {
  const told: string[] = []
  const read = progressReader(({ stage, percent }) => told.push(`${stage} ${percent}`))
  for (const piece of ['Receiving obj', 'ects:   4% (1/25)\rReceiving objects:   4% (1/25), 1 KiB\rRecei'])
    read(piece)
  for (const piece of ['ving objects: 100% (25/25), done.\n', 'remote: Counting objects:  50% (1/2)\r'])
    read(piece)
  expect(told).toEqual(['Receiving objects 4', 'Receiving objects 100', 'Counting objects 50'])
})
