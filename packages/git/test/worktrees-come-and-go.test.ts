import { execFileSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { basename, join } from 'node:path'
import { addWorktree, ensureWorktree, removeWorktree, worktreeExists, worktreeIsTold } from '../src/index.js'
import { cleanUp, commit, makeRepo, makeWorktree, place, refusal, userGit, write } from './support/repo.js'

afterEach(cleanUp)

/** Everything that a failed call could leave behind. */
function traces(repo: string) {
  return {
    worktrees: userGit(repo, 'worktree', 'list', '--porcelain'),
    branches: userGit(repo, 'for-each-ref'),
    records: existsSync(join(repo, '.git/worktrees')) ? readdirSync(join(repo, '.git/worktrees')) : [],
  }
}

test('a new branch starts from the default branch, and from a base where one is named', async () => {
  const repo = makeRepo()
  const first = userGit(repo, 'rev-parse', 'main')
  userGit(repo, 'branch', 'release')
  userGit(repo, 'tag', 'v1')
  const second = commit(repo, { 'b.txt': 'two\n' })
  const add = (branch: string, base?: string) => {
    const path = join(place(), branch)
    return addWorktree({ repo, path, branch, ...(base === undefined ? {} : { base }) })
  }
  expect(await add('one')).toMatchObject({ branch: 'one', base_sha: second, target_branch: 'main' })
  expect(await add('two', 'release')).toMatchObject({ base_sha: first, target_branch: 'release' })
  expect(await add('three', 'v1')).toMatchObject({ base_sha: first, target_branch: 'main' })
  const { path } = await add('four', first.slice(0, 10))
  expect(userGit(path, 'status', '--short', '--branch')).toBe('## four')
  expect(readdirSync(path).sort()).toEqual(['.git', 'a.txt'])
})

test('a branch hidden by a tag of its name is still the base', async () => {
  const repo = makeRepo()
  userGit(repo, 'tag', 'main')
  const tip = commit(repo, { 'b.txt': 'two\n' })
  const made = await addWorktree({ repo, path: join(place(), 'w'), branch: 'work', base: 'main' })
  expect(made).toMatchObject({ base_sha: tip, target_branch: 'main' })
})

test('a branch that only origin has is a base, and the target is named without origin', async () => {
  const upstream = makeRepo()
  userGit(upstream, 'branch', 'release')
  const repo = join(place(), 'clone')
  userGit(place(), 'clone', '--quiet', upstream, repo)
  const one = await addWorktree({ repo, path: join(place(), 'w'), branch: 'one', base: 'release' })
  const two = await addWorktree({ repo, path: join(place(), 'w'), branch: 'two', base: 'origin/release' })
  expect([one.target_branch, two.target_branch]).toEqual(['release', 'release'])
})

test('an existing branch is checked out when no base is given, and refused when one is', async () => {
  const repo = makeRepo()
  const fork = userGit(repo, 'rev-parse', 'main')
  userGit(repo, 'checkout', '--quiet', '-b', 'old')
  commit(repo, { 'old.txt': 'old\n' })
  userGit(repo, 'checkout', '--quiet', 'main')
  commit(repo, { 'new.txt': 'new\n' })
  const path = join(place(), 'w')
  expect(await refusal(addWorktree({ repo, path, branch: 'old', base: 'main' }))).toBe('BRANCH_EXISTS')
  expect(existsSync(path)).toBe(false)
  expect(await addWorktree({ repo, path, branch: 'old' })).toEqual({
    path,
    branch: 'old',
    base_sha: fork,
    target_branch: 'main',
  })
  expect(existsSync(join(path, 'old.txt'))).toBe(true)
})

test('a branch that another checkout holds is refused, and nothing is left behind', async () => {
  const { repo } = await makeWorktree()
  const before = traces(repo)
  for (const branch of ['main', 'work']) {
    const path = join(place(), 'second')
    expect(await refusal(addWorktree({ repo, path, branch }))).toBe('BRANCH_IN_USE')
    expect(existsSync(path)).toBe(false)
  }
  expect(traces(repo)).toEqual(before)
})

test('a worktree deleted by hand does not hold its branch or its path', async () => {
  const { repo, path } = await makeWorktree()
  rmSync(path, { recursive: true })
  const elsewhere = join(place(), 'elsewhere')
  await addWorktree({ repo, path: elsewhere, branch: 'work' })
  await addWorktree({ repo, path, branch: 'another' })
  expect(userGit(repo, 'worktree', 'list').split('\n')).toHaveLength(3)
})

test.each([
  ['-b', 'BAD_BRANCH_NAME'],
  ['--upload-pack=touch /tmp/x', 'BAD_BRANCH_NAME'],
  ['../..', 'BAD_BRANCH_NAME'],
  ['a..b', 'BAD_BRANCH_NAME'],
  ['@{-1}', 'BAD_BRANCH_NAME'],
  ['@', 'BAD_BRANCH_NAME'],
  ['HEAD', 'BAD_BRANCH_NAME'],
  ['refs/heads/x', 'BAD_BRANCH_NAME'],
  ['a b', 'BAD_BRANCH_NAME'],
  ['a\0b', 'BAD_BRANCH_NAME'],
  ['a\nb', 'BAD_BRANCH_NAME'],
  ['', 'BAD_BRANCH_NAME'],
  ['main/below', 'BRANCH_EXISTS'],
])('the branch name %j is refused with %s', async (branch, code) => {
  const repo = makeRepo()
  const before = traces(repo)
  const path = join(place(), 'w')
  expect(await refusal(addWorktree({ repo, path, branch }))).toBe(code)
  expect(existsSync(path)).toBe(false)
  expect(traces(repo)).toEqual(before)
})

test.each(['missing', '--all', '-1', '', 'main:a.txt', 'HEAD^{tree}', 'a\0b', 'ext::sh -c true'])(
  'the base %j is refused',
  async (base) => {
    const repo = makeRepo()
    const before = traces(repo)
    const path = join(place(), 'w')
    expect(await refusal(addWorktree({ repo, path, branch: 'work', base }))).toBe('BASE_NOT_FOUND')
    expect(traces(repo)).toEqual(before)
  },
)

test('a path where something is, or that is relative, is refused and left alone', async () => {
  const repo = makeRepo()
  const before = traces(repo)
  const path = place()
  write(path, { 'mine.txt': 'mine' })
  expect(await refusal(addWorktree({ repo, path, branch: 'work' }))).toBe('WORKTREE_EXISTS')
  expect(readdirSync(path)).toEqual(['mine.txt'])
  expect(await refusal(addWorktree({ repo, path: 'here', branch: 'work' }))).toBe('GIT_FAILED')
  expect(traces(repo)).toEqual(before)
})

test('a repository without a commit is refused', async () => {
  const repo = makeRepo(null)
  expect(await refusal(addWorktree({ repo, path: join(place(), 'w'), branch: 'work' }))).toBe('EMPTY_REPO')
})

test.each([
  ['one of a commit that is gone', (ref: string) => writeFileSync(ref, `${'1'.repeat(40)}\n`)],
  ['one that is no ref', (ref: string) => writeFileSync(ref, 'nothing')],
  ['a pipe', (ref: string) => void execFileSync('mkfifo', [ref])],
])('a broken ref that an agent left behind is no obstacle: %s', async (_, leave) => {
  const repo = makeRepo()
  leave(join(repo, '.git/refs/heads/a-broken-one'))
  const made = await addWorktree({ repo, path: join(place(), 'w'), branch: 'work' })
  expect(made).toMatchObject({ branch: 'work', target_branch: 'main' })
  expect(existsSync(join(made.path, 'a.txt'))).toBe(true)
})

test('a dirty main checkout is no obstacle and stays as it is', async () => {
  const repo = makeRepo()
  write(repo, { 'a.txt': 'changed\n', 'staged.txt': 's\n', 'untracked.txt': 'u\n' })
  userGit(repo, 'add', 'staged.txt')
  const before = userGit(repo, 'status', '--porcelain')
  const path = join(place(), 'w')
  await addWorktree({ repo, path, branch: 'work' })
  expect(readFileSync(join(path, 'a.txt'), 'utf8')).toBe('one\n')
  expect(userGit(repo, 'status', '--porcelain')).toBe(before)
})

test('a checkout that fails half way leaves no directory, no record and no branch', async () => {
  const repo = makeRepo({ 'a.txt': 'one\n', 'b.txt': 'two\n' })
  const blob = userGit(repo, 'rev-parse', 'HEAD:b.txt')
  const before = traces(repo)
  rmSync(join(repo, '.git/objects', blob.slice(0, 2), blob.slice(2)))
  const path = join(place(), 'w')
  expect(await refusal(addWorktree({ repo, path, branch: 'work' }))).toBe('GIT_FAILED')
  expect(existsSync(path)).toBe(false)
  expect(traces(repo)).toEqual(before)
})

test('twelve at once in one repository all succeed; of twelve on one branch, one does', async () => {
  const repo = makeRepo()
  const at = place()
  const numbers = Array.from({ length: 12 }, (_, n) => n)
  await Promise.all(numbers.map((n) => addWorktree({ repo, path: join(at, `w${n}`), branch: `b${n}` })))
  expect(userGit(repo, 'worktree', 'list').split('\n')).toHaveLength(13)
  const results = await Promise.allSettled(
    numbers.map((n) => addWorktree({ repo, path: join(at, `same${n}`), branch: 'same', base: 'main' })),
  )
  const codes = results.map((result) => (result.status === 'fulfilled' ? 'made' : result.reason.code))
  expect(codes.sort()).toEqual([...Array(11).fill('BRANCH_EXISTS'), 'made'])
  expect(userGit(repo, 'worktree', 'list').split('\n')).toHaveLength(14)
  expect(readdirSync(at).filter((name) => name.startsWith('same'))).toHaveLength(1)
})

test('a lock that another git holds is waited for', async () => {
  const repo = makeRepo()
  const lock = join(repo, '.git/refs/heads/work.lock')
  writeFileSync(lock, '')
  const adding = addWorktree({ repo, path: join(place(), 'w'), branch: 'work' })
  setTimeout(() => rmSync(lock), 100)
  expect((await adding).branch).toBe('work')
})

test('removing takes directory and record, keeps the branch, and may be repeated', async () => {
  const { repo, path } = await makeWorktree()
  expect(await worktreeExists({ repo, path })).toBe(true)
  await removeWorktree({ repo, path })
  await removeWorktree({ repo, path })
  expect(await worktreeExists({ repo, path })).toBe(false)
  expect(existsSync(path)).toBe(false)
  expect(userGit(repo, 'worktree', 'list').split('\n')).toHaveLength(1)
  expect(userGit(repo, 'branch', '--list', 'work')).toContain('work')
})

test('changed and untracked files are removed only by force; so are locked and broken worktrees', async () => {
  const { repo, path } = await makeWorktree()
  write(path, { 'untracked.txt': 'u' })
  expect(await refusal(removeWorktree({ repo, path }))).toBe('GIT_FAILED')
  expect(existsSync(join(path, 'untracked.txt'))).toBe(true)
  userGit(repo, 'worktree', 'lock', path)
  writeFileSync(join(path, '.git'), 'broken')
  await removeWorktree({ repo, path, force: true })
  expect(existsSync(path)).toBe(false)
  expect(userGit(repo, 'worktree', 'list').split('\n')).toHaveLength(1)
})

test('nothing but a worktree of that repository is removed, even by force', async () => {
  const { repo } = await makeWorktree()
  const { path: foreign } = await makeWorktree()
  const plain = place()
  for (const path of [repo, foreign, plain]) {
    expect(await refusal(removeWorktree({ repo, path, force: true }))).toBe('WORKTREE_GONE')
    expect(existsSync(path)).toBe(true)
  }
})

test('a worktree is told from a copy of it, a replaced directory and a plain one', async () => {
  const { repo, path } = await makeWorktree()
  const other = makeRepo()
  const copy = join(place(), 'copy')
  renameSync(path, copy)
  expect(await worktreeExists({ repo, path: copy })).toBe(false)
  expect(await worktreeExists({ repo, path })).toBe(false)
  symlinkSync(copy, path)
  expect(await worktreeExists({ repo, path })).toBe(false)
  rmSync(path)
  userGit(place(), 'clone', '--quiet', other, path)
  expect(await worktreeExists({ repo, path })).toBe(false)
  expect(await worktreeExists({ repo, path: repo })).toBe(false)
  rmSync(repo, { recursive: true })
  expect(await refusal(worktreeExists({ repo, path }))).toBe('REPO_GONE')
})

test('a worktree that is there is left as it is; a vanished one is made anew from its branch', async () => {
  const { repo, path } = await makeWorktree()
  const sha = commit(path, { 'work.txt': 'done\n' })
  const ensure = () => ensureWorktree({ repo, path, branch: 'work' })
  writeFileSync(join(path, 'work.txt'), 'more\n')
  expect(await ensure()).toBe(false)
  expect(readFileSync(join(path, 'work.txt'), 'utf8')).toBe('more\n')
  rmSync(path, { recursive: true })
  expect(await ensure()).toBe(true)
  expect(readFileSync(join(path, 'work.txt'), 'utf8')).toBe('done\n')
  expect(userGit(path, 'rev-parse', 'work', 'HEAD')).toBe(`${sha}\n${sha}`)
  expect(userGit(path, 'status', '--porcelain')).toBe('')
  writeFileSync(join(path, 'work.txt'), 'more\n')
  expect(await ensure()).toBe(true)
  await worktreeIsTold(path)
  expect(await ensure()).toBe(false)
  expect(readFileSync(join(path, 'work.txt'), 'utf8')).toBe('more\n')
  rmSync(path, { recursive: true })
  expect(await refusal(ensureWorktree({ repo, path, branch: 'gone' }))).toBe('BASE_NOT_FOUND')
  expect(readdirSync(join(path, '..'))).toEqual([])
})

test.each([
  ['before git had begun', (_: string, path: string) => mkdirSync(path), ''],
  [
    'before its files were there',
    (repo: string, path: string) => {
      userGit(repo, 'worktree', 'add', '--quiet', '--no-checkout', path, 'work')
      writeFileSync(join(path, 'work.txt'), 'do')
      writeFileSync(join(path, 'mine.txt'), 'mine\n')
    },
    '?? mine.txt',
  ],
])('one whose making was cut off %s is finished', async (_, cutOff, beside) => {
  const { repo, path } = await makeWorktree()
  commit(path, { 'work.txt': 'done\n' })
  rmSync(path, { recursive: true })
  userGit(repo, 'worktree', 'prune')
  writeFileSync(join(path, '..', `.${basename(path)}.made-anew`), '')
  cutOff(repo, path)
  expect(await ensureWorktree({ repo, path, branch: 'work' })).toBe(true)
  expect(readFileSync(join(path, 'work.txt'), 'utf8')).toBe('done\n')
  expect(userGit(path, 'status', '--porcelain')).toBe(beside)
})

test('one that may only be out of reach is not made anew', async () => {
  const { repo, path } = await makeWorktree()
  userGit(repo, 'worktree', 'lock', path)
  rmSync(path, { recursive: true })
  expect(await refusal(ensureWorktree({ repo, path, branch: 'work' }))).toBe('WORKTREE_GONE')
  userGit(repo, 'worktree', 'unlock', path)
  rmSync(join(path, '..'), { recursive: true })
  expect(await refusal(ensureWorktree({ repo, path, branch: 'work' }))).toBe('WORKTREE_GONE')
  expect(userGit(repo, 'worktree', 'list')).toContain(basename(path))
})

test('the reason of a failure is one line without the credentials of a url', async () => {
  const repo = makeRepo()
  chmodSync(join(repo, 'a.txt'), 0o644)
  writeFileSync(join(repo, '.git/config'), '[remote "x"]\n\turl = https://me:secret@host/x\n[broken')
  const failing = addWorktree({ repo, path: join(place(), 'w'), branch: 'work' })
  const message = await failing.then(String, (error) => error.message as string)
  expect(message.split('\n')).toHaveLength(1)
  expect(message).not.toContain('secret')
})
