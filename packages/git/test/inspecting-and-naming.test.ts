import { chownSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { addWorktree, inspectRepo, validateName } from '../src/index.js'
import { cleanUp, commit, makeRepo, makeWorktree, place, refusal, userGit } from './support/repo.js'

afterEach(cleanUp)

test('a folder of a checkout, a linked worktree and its folders all lead to the main top level', async () => {
  const { repo, path } = await makeWorktree({ 'deep/er/a.txt': 'one\n' })
  const expected = { path: repo, default_branch: 'main', bare: false }
  for (const asked of [repo, join(repo, 'deep/er'), path, join(path, 'deep')]) {
    expect(await inspectRepo(asked)).toEqual(expected)
  }
})

test('a bare repository is its own directory, also seen from a worktree of it', async () => {
  const bare = join(place(), 'bare.git')
  userGit(place(), 'clone', '--quiet', '--bare', makeRepo(), bare)
  const expected = { path: bare, default_branch: 'main', bare: true }
  expect(await inspectRepo(bare)).toEqual(expected)
  const path = join(place(), 'work')
  await addWorktree({ repo: bare, path, branch: 'work' })
  expect(await inspectRepo(path)).toEqual(expected)
})

test('a separate git directory does not hide the checkout', async () => {
  const at = place()
  mkdirSync(join(at, 'checkout'))
  userGit(join(at, 'checkout'), 'init', '--quiet', '-b', 'main', '--separate-git-dir', join(at, 'elsewhere'))
  expect((await inspectRepo(join(at, 'checkout'))).path).toBe(join(at, 'checkout'))
})

test('what is no repository is refused: a plain directory, a file, nothing, a relative path', async () => {
  const repo = makeRepo()
  const asked = [place(), join(repo, 'a.txt'), join(repo, 'missing'), '.', '../..', '--help', '/a\0b', '']
  for (const path of asked) expect(await refusal(inspectRepo(path))).toBe('NOT_A_REPO')
})

test('the default branch is the one of origin, else main, else the checked-out one', async () => {
  const upstream = makeRepo()
  userGit(upstream, 'branch', '-m', 'trunk')
  expect((await inspectRepo(upstream)).default_branch).toBe('trunk')
  const clone = join(place(), 'clone')
  userGit(place(), 'clone', '--quiet', upstream, clone)
  userGit(clone, 'checkout', '--quiet', '-b', 'main')
  expect((await inspectRepo(clone)).default_branch).toBe('trunk')
  userGit(clone, 'remote', 'remove', 'origin')
  userGit(clone, 'checkout', '--quiet', '-b', 'other')
  expect((await inspectRepo(clone)).default_branch).toBe('main')
  expect((await inspectRepo(makeRepo(null))).default_branch).toBe('main')
})

test('a repository of another user is read like any other', async () => {
  const repo = makeRepo()
  // Only root can give files away; for anybody else the test still holds that an own one is read.
  if (process.getuid?.() === 0) {
    chownSync(repo, 12345, 12345)
    chownSync(join(repo, '.git'), 12345, 12345)
    expect(() => userGit(repo, 'status')).toThrow(/dubious ownership/)
  }
  expect((await inspectRepo(repo)).path).toBe(repo)
  await addWorktree({ repo, path: join(place(), 'work'), branch: 'work' })
})

test('GIT_* variables of the caller do not lead elsewhere', async () => {
  const [repo, other] = [makeRepo(), makeRepo()]
  process.env.GIT_DIR = join(other, '.git')
  try {
    expect((await inspectRepo(repo)).path).toBe(repo)
  } finally {
    delete process.env.GIT_DIR
  }
})

test('without git on the PATH the error says to install it', async () => {
  const repo = makeRepo()
  const path = process.env.PATH
  process.env.PATH = place()
  try {
    expect(await refusal(inspectRepo(repo))).toBe('GIT_MISSING')
  } finally {
    process.env.PATH = path
  }
})

test.each(['a', 'fix-login', 'Fix_2.1', '0', 'x'.repeat(63)])('%p is a worktree name', (name) => {
  expect(() => validateName(name)).not.toThrow()
})

test.each([
  '',
  '.',
  '..',
  '../..',
  'a/b',
  'a\\b',
  '.hidden',
  '-rf',
  '--upload-pack=x',
  'a..b',
  'a.',
  'a.lock',
  'a b',
  'a\n',
  'ü',
  'x'.repeat(64),
])('%j is no worktree name', async (name) => {
  expect(await refusal(() => validateName(name))).toBe('BAD_WORKTREE_NAME')
})

test('a vanished repository is told apart from git failing', async () => {
  const repo = makeRepo()
  commit(repo, { 'b.txt': 'b' })
  rmSync(repo, { recursive: true })
  const path = join(place(), 'work')
  expect(await refusal(addWorktree({ repo, path, branch: 'work' }))).toBe('REPO_GONE')
  mkdirSync(repo)
  expect(await refusal(addWorktree({ repo, path, branch: 'work' }))).toBe('REPO_GONE')
})
