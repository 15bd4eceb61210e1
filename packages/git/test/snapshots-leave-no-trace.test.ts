import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import os from 'node:os'
import { join } from 'node:path'
import { deleteRefs, snapshot } from '../src/index.js'
import { cleanUp, commit, makeRepo, makeWorktree, place, refusal, userGit, write } from './support/repo.js'

afterEach(cleanUp)

const filesIn = (cwd: string, tree: string) =>
  userGit(cwd, 'ls-tree', '-r', '-z', '--name-only', tree).split('\0').filter(Boolean).sort()

test('it holds changed, staged, deleted, linked and untracked files, and no ignored ones', async () => {
  const { path } = await makeWorktree({ 'a.txt': 'one\n', 'b.txt': 'two\n', '.gitignore': 'out/\n*.log\n' })
  write(path, { 'a.txt': 'changed\n', 'new/untracked.txt': 'u\n', 'out/x': 'ignored', 'y.log': 'ignored' })
  write(path, { 'staged.txt': 'staged\n' })
  userGit(path, 'add', 'staged.txt')
  rmSync(join(path, 'b.txt'))
  symlinkSync('a.txt', join(path, 'link'))
  const taken = await snapshot({ cwd: path })
  expect(taken).toMatchObject({ sha: userGit(path, 'rev-parse', 'HEAD'), branch: 'work', dirty: true })
  expect(filesIn(path, taken.tree)).toEqual([
    '.gitignore',
    'a.txt',
    'link',
    'new/untracked.txt',
    'staged.txt',
  ])
  expect(userGit(path, 'show', `${taken.snapshot}:a.txt`)).toBe('changed')
  expect(userGit(path, 'rev-parse', `${taken.snapshot}^{tree}`)).toBe(taken.tree)
  expect(userGit(path, 'rev-parse', `${taken.snapshot}^`)).toBe(taken.sha)
  expect(userGit(path, 'log', '-1', '--format=%an <%ae> %cn <%ce> %G?', taken.snapshot)).toBe(
    'Yardmaster <yardmaster@localhost> Yardmaster <yardmaster@localhost> N',
  )
})

test('index, stash, branches and files stay exactly as they were', async () => {
  const { path } = await makeWorktree()
  write(path, { 'a.txt': 'staged\n', 'new.txt': 'new\n' })
  userGit(path, 'add', 'a.txt')
  userGit(path, 'add', '--intent-to-add', 'new.txt')
  write(path, { 'a.txt': 'staged, then changed again\n' })
  const index = join(userGit(path, 'rev-parse', '--absolute-git-dir'), 'index')
  const seen = () => ({
    index: readFileSync(index).toString('base64'),
    status: userGit(path, '--no-optional-locks', 'status', '--porcelain=v2', '--branch'),
    refs: userGit(path, 'for-each-ref'),
    reflog: userGit(path, 'reflog'),
  })
  const before = seen()
  await snapshot({ cwd: path })
  expect(seen()).toEqual(before)
})

test('nothing is left in the temporary directory, also when it fails', async () => {
  const { path } = await makeWorktree()
  // One of its own: in the host's, other tests take snapshots at the same time.
  const temporary = jest.spyOn(os, 'tmpdir').mockReturnValue(place())
  try {
    await snapshot({ cwd: path })
    const index = join(userGit(path, 'rev-parse', '--absolute-git-dir'), 'index')
    writeFileSync(index, 'broken')
    expect(await refusal(snapshot({ cwd: path }))).toBe('GIT_FAILED')
    expect(temporary).toHaveBeenCalled()
    expect(readdirSync(os.tmpdir())).toEqual([])
  } finally {
    temporary.mockRestore()
  }
})

test('dirty means that the files differ from HEAD', async () => {
  const { path } = await makeWorktree()
  const dirty = async () => (await snapshot({ cwd: path })).dirty
  expect(await dirty()).toBe(false)
  utimesSync(join(path, 'a.txt'), 1, 1)
  expect(await dirty()).toBe(false)
  write(path, { 'untracked.txt': '' })
  expect(await dirty()).toBe(true)
  commit(path, {})
  expect(await dirty()).toBe(false)
  chmodSync(join(path, 'a.txt'), 0o755)
  expect(await dirty()).toBe(true)
})

test('unchanged files are not read again: the index is the seed', async () => {
  const { path } = await makeWorktree({ 'a.txt': 'one\n', 'same.txt': 'same\n' })
  const file = join(path, 'same.txt')
  utimesSync(file, 1_000, 1_000)
  userGit(path, 'update-index', '--refresh')
  // Same length, same times: who trusts the index cannot see it, who reads the file does.
  writeFileSync(file, 'SAME\n')
  utimesSync(file, 1_000, 1_000)
  userGit(path, 'config', 'core.trustctime', 'false')
  const taken = await snapshot({ cwd: path })
  expect(userGit(path, 'show', `${taken.tree}:same.txt`)).toBe('same')
})

test('a change of the same length, in the second in which the index was written, is not missed', async () => {
  const { path } = await makeWorktree()
  const index = join(userGit(path, 'rev-parse', '--absolute-git-dir'), 'index')
  userGit(path, 'config', 'core.trustctime', 'false')
  const file = join(path, 'a.txt')
  utimesSync(file, 1_000, 1_000)
  userGit(path, 'update-index', '--refresh')
  writeFileSync(file, 'two\n')
  utimesSync(file, 1_000, 1_000)
  utimesSync(index, 1_000, 1_000)
  expect(userGit(path, 'show', `${(await snapshot({ cwd: path })).tree}:a.txt`)).toBe('two')
})

test('repositories inside it count by their commit, or not at all while they have none', async () => {
  const { path } = await makeWorktree()
  for (const name of ['inner', 'unborn']) {
    mkdirSync(join(path, name))
    userGit(join(path, name), 'init', '--quiet')
  }
  const inner = commit(join(path, 'inner'), { 'x.txt': 'x\n' })
  write(path, { 'unborn/y.txt': 'y\n', 'z.txt': 'z\n' })
  const taken = await snapshot({ cwd: path })
  expect(filesIn(path, taken.tree)).toEqual(['a.txt', 'inner', 'z.txt'])
  expect(userGit(path, 'rev-parse', `${taken.tree}:inner`)).toBe(inner)
})

test('a branch without a commit, a detached HEAD and an empty worktree are recorded too', async () => {
  const repo = makeRepo(null)
  expect(await snapshot({ cwd: repo })).toMatchObject({ sha: '0'.repeat(40), branch: 'main', dirty: false })
  write(repo, { 'first.txt': 'first\n' })
  const unborn = await snapshot({ cwd: repo, ref: 'refs/yardmaster/tasks/1/1/start' })
  expect(unborn).toMatchObject({ sha: '0'.repeat(40), branch: 'main', dirty: true })
  expect(filesIn(repo, unborn.snapshot)).toEqual(['first.txt'])
  const sha = commit(repo, {})
  userGit(repo, 'checkout', '--quiet', '--detach')
  expect(await snapshot({ cwd: repo })).toMatchObject({ sha, branch: null, dirty: false })
})

test('a half-merged index is recorded by what the files say', async () => {
  const { repo, path } = await makeWorktree()
  commit(repo, { 'a.txt': 'theirs\n' })
  commit(path, { 'a.txt': 'ours\n' })
  expect(() => userGit(path, 'merge', 'main')).toThrow()
  const taken = await snapshot({ cwd: path })
  expect(userGit(path, 'show', `${taken.tree}:a.txt`)).toContain('<<<<<<<')
  expect(userGit(path, 'status', '--porcelain')).toBe('UU a.txt')
})

test('a repository that insists on exact line ends cannot refuse it', async () => {
  const { repo, path } = await makeWorktree({ 'a.txt': 'one\n', '.gitattributes': '*.txt text eol=lf\n' })
  userGit(repo, 'config', 'core.safecrlf', 'true')
  write(path, { 'crlf.txt': 'one\r\ntwo\r\n' })
  expect(() => userGit(path, 'add', '--all')).toThrow(/CRLF would be replaced/)
  expect(filesIn(path, (await snapshot({ cwd: path })).tree)).toContain('crlf.txt')
})

test('hidden refs keep it, away from branches, and are cleared by whole path parts', async () => {
  const { repo, path } = await makeWorktree()
  const refs = [
    'refs/yardmaster/tasks/1/1/start',
    'refs/yardmaster/tasks/1/1/end',
    'refs/yardmaster/tasks/10/1/end',
  ]
  for (const ref of refs) {
    appendFileSync(join(path, 'a.txt'), 'more\n')
    const taken = await snapshot({ cwd: path, ref })
    expect(userGit(repo, 'rev-parse', ref)).toBe(taken.snapshot)
  }
  expect(userGit(repo, 'branch', '--all').split('\n')).toHaveLength(2)
  expect(await deleteRefs({ repo, prefix: 'refs/yardmaster/tasks/1' })).toBe(2)
  expect(await deleteRefs({ repo, prefix: 'refs/yardmaster/tasks/1' })).toBe(0)
  expect(userGit(repo, 'for-each-ref', '--format=%(refname)', 'refs/yardmaster')).toBe(refs[2])
})

test.each(['refs/heads/main', 'main', '--all', 'refs/yardmaster/*', 'refs/yardmaster', ''])(
  'the ref %p is not touched',
  async (ref) => {
    const { repo, path } = await makeWorktree()
    const before = userGit(repo, 'for-each-ref')
    expect(await refusal(snapshot({ cwd: path, ref }))).toBe('GIT_FAILED')
    expect(await refusal(deleteRefs({ repo, prefix: ref }))).toBe('GIT_FAILED')
    expect(userGit(repo, 'for-each-ref')).toBe(before)
  },
)

test('a worktree that lost its .git does not pass for the repository above it', async () => {
  const outer = makeRepo()
  const inner = join(outer, 'plain')
  write(inner, { 'x.txt': 'x\n' })
  expect(await refusal(snapshot({ cwd: inner }))).toBe('WORKTREE_GONE')
  expect(await refusal(snapshot({ cwd: join(place(), 'missing') }))).toBe('WORKTREE_GONE')
})
