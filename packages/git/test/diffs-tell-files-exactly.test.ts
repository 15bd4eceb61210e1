import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { changedFiles, mergeBase, snapshot, worktreeDiff } from '../src/index.js'
import { cleanUp, commit, makeRepo, makeWorktree, refusal, userGit, write } from './support/repo.js'

afterEach(cleanUp)

const NAMES = [
  'new\nline',
  '"quoted"',
  "it's",
  'täglich/ü ñ',
  'tab\there',
  ' space ',
  '-rf',
  ':100644 x',
  '1\t2\t',
  '日本',
]

const lines = (count: number, word = 'line') =>
  Array.from({ length: count }, (_, n) => `${word} ${n}\n`).join('')

test('between two snapshots of a task stands exactly what happened in it, each kind of change by its name', async () => {
  const { path } = await makeWorktree({
    'edited.txt': 'one\ntwo\n',
    'gone.txt': 'gone\n',
    'moved.txt': lines(20),
    'becomes-link': 'file\n',
    'before.txt': 'x\n',
    'same.txt': 'same\n',
  })
  write(path, { 'before.txt': 'dirty before the task\n', 'untracked-before.txt': 'there before\n' })
  const start = await snapshot({ cwd: path })
  write(path, {
    'edited.txt': 'one\n2\nthree\n',
    'made.txt': 'a\nb\nc\n',
    'bin.dat': Buffer.from([0, 1, 2, 0]),
  })
  rmSync(join(path, 'gone.txt'))
  renameSync(join(path, 'moved.txt'), join(path, 'here.txt'))
  rmSync(join(path, 'becomes-link'))
  symlinkSync('edited.txt', join(path, 'becomes-link'))
  write(path, { 'empty.txt': '' })
  commit(path, {}, 'the task commits all of it')
  const end = await snapshot({ cwd: path })
  expect(await changedFiles({ cwd: path, from: start.snapshot, to: end.snapshot })).toEqual([
    { path: 'becomes-link', status: 'typechange', added: 1, removed: 1 },
    { path: 'bin.dat', status: 'added', added: null, removed: null },
    { path: 'edited.txt', status: 'modified', added: 2, removed: 1 },
    { path: 'empty.txt', status: 'added', added: 0, removed: 0 },
    { path: 'gone.txt', status: 'deleted', added: 0, removed: 1 },
    { path: 'here.txt', status: 'renamed', added: 0, removed: 0, old_path: 'moved.txt' },
    { path: 'made.txt', status: 'added', added: 3, removed: 0 },
  ])
  expect({ end: end.dirty, moved: end.sha !== start.sha, start: start.dirty }).toEqual({
    start: true,
    end: false,
    moved: true,
  })
})

test('any file name comes through, also as the old name of a renamed file', async () => {
  const { path } = await makeWorktree(
    Object.fromEntries(NAMES.map((name) => [`old/${name}`, lines(9, name)])),
  )
  const start = await snapshot({ cwd: path })
  renameSync(join(path, 'old'), join(path, 'new'))
  const diff = await worktreeDiff({ cwd: path, from: start.snapshot })
  const expected = NAMES.map((name) => ({ path: `new/${name}`, old_path: `old/${name}`, status: 'renamed' }))
  const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1)
  expect([...diff.files].sort(byPath)).toMatchObject(expected.sort(byPath))
  for (const file of diff.files) expect(file.patch).toContain('similarity index 100%')
})

test('the diff of a worktree has the patch of each file beside its numbers', async () => {
  const { path, worktree } = await makeWorktree({
    'a.txt': 'one\n',
    'becomes-link': 'file\n',
    'z.txt': 'z\n',
  })
  rmSync(join(path, 'becomes-link'))
  symlinkSync('a.txt', join(path, 'becomes-link'))
  write(path, {
    'a.txt': 'ONE\n',
    'b.bin': Buffer.from([0, 1]),
    'u.txt': 'diff --git a/x b/x\nü\n',
    'z.txt': 'Z',
  })
  const diff = await worktreeDiff({ cwd: path, from: worktree.base_sha })
  const [a, b, link, u, z] = diff.files
  expect(diff).toMatchObject({ from: worktree.base_sha, truncated: false })
  expect(a).toMatchObject({ path: 'a.txt', added: 1, removed: 1, binary: false, truncated: false })
  expect(a?.patch).toMatch(/^diff --git a\/a\.txt b\/a\.txt\n[\s\S]*\n-one\n\+ONE\n$/)
  expect(b).toMatchObject({ path: 'b.bin', patch: null, binary: true, truncated: false, added: null })
  expect(link).toMatchObject({ path: 'becomes-link', status: 'typechange' })
  expect(link?.patch).toMatch(/deleted file mode 100644[\s\S]*new file mode 120000/)
  expect(u?.patch).toMatch(/^diff --git a\/u\.txt b\/u\.txt\n[\s\S]*\+diff --git a\/x b\/x\n\+ü\n$/)
  expect(z?.patch).toMatch(/\+Z\n\\ No newline at end of file\n$/)
})

test('looking leaves no object in the repository and the index alone', async () => {
  const { repo, path, worktree } = await makeWorktree()
  write(path, { 'new.txt': 'never seen before\n', 'a.txt': 'changed\n' })
  const objects = () => readdirSync(join(repo, '.git/objects'), { recursive: true }).sort()
  const [before, status] = [objects(), userGit(path, 'status', '--porcelain=v2')]
  expect((await worktreeDiff({ cwd: path, from: worktree.base_sha })).files).toHaveLength(2)
  expect(objects()).toEqual(before)
  expect(userGit(path, 'status', '--porcelain=v2')).toBe(status)
})

test('a repository inside the worktree shows as the commit it is at', async () => {
  const { path, worktree } = await makeWorktree()
  mkdirSync(join(path, 'inner'))
  userGit(join(path, 'inner'), 'init', '--quiet')
  const sha = commit(join(path, 'inner'), { 'x.txt': 'x\n' })
  const { files } = await worktreeDiff({ cwd: path, from: worktree.base_sha })
  expect(files).toMatchObject([{ path: 'inner', status: 'added' }])
  expect(files[0]?.patch).toContain(`+Subproject commit ${sha}`)
})

test('limits cut patches at a line, leave out what no longer fits, and say so', async () => {
  const { path, worktree } = await makeWorktree()
  write(path, { 'b.txt': lines(5000, 'größer'), 'c.txt': 'c\n', 'd.txt': 'd\n', 'e.txt': 'x'.repeat(5000) })
  const from = worktree.base_sha
  const cut = await worktreeDiff({ cwd: path, from, max_bytes_per_file: 1000 })
  expect(cut.truncated).toBe(true)
  expect(cut.files.map((file) => file.truncated)).toEqual([true, false, false, true])
  expect(cut.files[0]).toMatchObject({ added: 5000 })
  expect(Buffer.byteLength(cut.files[0]?.patch ?? '')).toBeLessThanOrEqual(1000)
  expect(cut.files[0]?.patch).toMatch(/\+größer \d+\n$/)
  const few = await worktreeDiff({ cwd: path, from, max_files: 2 })
  expect([few.files.map((file) => file.path), few.truncated]).toEqual([['b.txt', 'c.txt'], true])
  const small = await worktreeDiff({ cwd: path, from, max_bytes: 500 })
  expect(small.files.map((file) => [file.patch === null, file.truncated])).toEqual([
    [true, true],
    [false, false],
    [false, false],
    [true, true],
  ])
})

test('a diff far bigger than its limits is not held in memory', async () => {
  const { path, worktree } = await makeWorktree()
  write(path, { 'big.txt': lines(1_500_000, 'a line that is repeated'), 'z.txt': 'z\n' })
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as () => void
  collect()
  const before = process.memoryUsage().arrayBuffers
  const diff = await worktreeDiff({ cwd: path, from: worktree.base_sha })
  expect(diff.files).toMatchObject([
    { added: 1_500_000, truncated: true },
    { path: 'z.txt', truncated: false },
  ])
  // Buffers that nothing holds are given back some time after a collection. Were the diff's held, this would not end.
  do {
    collect()
    await setImmediate()
  } while (process.memoryUsage().arrayBuffers - before > 5_000_000)
  expect(diff.files[0]?.patch?.length).toBeLessThanOrEqual(200_000)
})

test('settings of the user and of the repository do not change what it says', async () => {
  const { repo, path, worktree } = await makeWorktree({ 'a.txt': lines(9), 'm.txt': 'm\n' })
  renameSync(join(path, 'a.txt'), join(path, 'b.txt'))
  write(path, { 'm.txt': 'M\n' })
  const before = await worktreeDiff({ cwd: path, from: worktree.base_sha })
  const settings = {
    'diff.noprefix': 'true',
    'diff.renames': 'false',
    'diff.renameLimit': '1',
    'diff.context': '0',
    'color.ui': 'always',
    'core.quotePath': 'false',
    'diff.relative': 'true',
    'diff.mnemonicPrefix': 'true',
    'diff.orderFile': join(path, 'm.txt'),
  }
  for (const [key, value] of Object.entries(settings)) userGit(repo, 'config', key, value)
  expect(await worktreeDiff({ cwd: path, from: worktree.base_sha })).toEqual(before)
})

test('an end may be named; what names no commit is refused', async () => {
  const { path, worktree } = await makeWorktree()
  const sha = commit(path, { 'b.txt': 'b\n' })
  write(path, { 'c.txt': 'c\n' })
  expect(await worktreeDiff({ cwd: path, from: 'main', to: 'work' })).toMatchObject({
    from: worktree.base_sha,
    to: sha,
    files: [{ path: 'b.txt' }],
  })
  for (const from of ['missing', '--output=/tmp/x', '-R', '', 'a\0b']) {
    expect(await refusal(changedFiles({ cwd: path, from, to: 'work' }))).toBe('BASE_NOT_FOUND')
    expect(await refusal(worktreeDiff({ cwd: path, from }))).toBe('BASE_NOT_FOUND')
  }
})

test('the merge base is where the branch left its target; unrelated and missing branches have none', async () => {
  const { repo, path, worktree } = await makeWorktree()
  commit(path, { 'b.txt': 'b\n' })
  commit(repo, { 'c.txt': 'c\n' })
  expect(await mergeBase({ cwd: path, branch: 'main' })).toBe(worktree.base_sha)
  userGit(repo, 'checkout', '--quiet', '--orphan', 'alone')
  commit(repo, {})
  for (const branch of ['alone', 'missing', '--all']) {
    expect(await refusal(mergeBase({ cwd: path, branch }))).toBe('BASE_NOT_FOUND')
  }
  expect(await refusal(mergeBase({ cwd: makeRepo(null), branch: 'main' }))).toBe('BASE_NOT_FOUND')
})
