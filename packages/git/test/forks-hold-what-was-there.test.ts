import { chmodSync, existsSync, lstatSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { forkWorktree, snapshot } from '../src/index.js'
import { cleanUp, makeRepo, makeWorktree, place, refusal, userGit, write } from './support/repo.js'

afterEach(cleanUp)

test('files as they were: changed, deleted, untracked, linked, executable, and of the index nothing', async () => {
  const { repo, path } = await makeWorktree({ 'a.txt': 'one\n', 'b.txt': 'two\n', 'dir/c.txt': 'three\n' })
  write(path, {
    'a.txt': 'changed\n',
    'new/untracked.txt': 'u\n',
    'staged.txt': 'staged\n',
    'run.sh': '#!/bin/sh\n',
  })
  userGit(path, 'add', 'staged.txt')
  rmSync(join(path, 'b.txt'))
  rmSync(join(path, 'dir'), { recursive: true })
  chmodSync(join(path, 'run.sh'), 0o755)
  symlinkSync('a.txt', join(path, 'link'))
  const taken = await snapshot({ cwd: path })
  write(path, { 'a.txt': 'later\n' })

  const to = join(place(), 'fork')
  const made = await forkWorktree({ repo, path: to, branch: 'fork', snapshot: taken.snapshot })
  expect(made).toMatchObject({ path: to, branch: 'fork', base_sha: taken.sha })
  expect(readFileSync(join(to, 'a.txt'), 'utf8')).toBe('changed\n')
  expect(lstatSync(join(to, 'link')).isSymbolicLink()).toBe(true)
  expect(lstatSync(join(to, 'run.sh')).mode & 0o111).not.toBe(0)
  expect(existsSync(join(to, 'b.txt')) || existsSync(join(to, 'dir/c.txt'))).toBe(false)
  expect(userGit(to, 'symbolic-ref', '--short', 'HEAD')).toBe('fork')
  expect(userGit(to, 'diff', '--cached', '--name-only')).toBe('')
  expect((await snapshot({ cwd: to })).tree).toBe(taken.tree)
  expect(readFileSync(join(path, 'a.txt'), 'utf8')).toBe('later\n')
})

test('a tree without a file, and one with nothing changed', async () => {
  const { repo, path } = await makeWorktree({ 'a.txt': 'one\n' })
  const same = await snapshot({ cwd: path })
  rmSync(join(path, 'a.txt'))
  const empty = await snapshot({ cwd: path })
  for (const { tree, snapshot: commit } of [same, empty]) {
    const to = join(place(), 'fork')
    await forkWorktree({ repo, path: to, branch: `fork-${tree}`, snapshot: commit })
    expect((await snapshot({ cwd: to })).tree).toBe(tree)
  }
})

test('what is no snapshot, and names that are taken, leave nothing behind', async () => {
  const { repo, path } = await makeWorktree({ 'a.txt': 'one\n' })
  const { snapshot: taken } = await snapshot({ cwd: path })
  const to = join(place(), 'fork')
  const fork = (more: object) =>
    refusal(forkWorktree({ repo, path: to, branch: 'fork', snapshot: taken, ...more }))
  expect(await fork({ snapshot: 'f'.repeat(40) })).toBe('BASE_NOT_FOUND')
  expect(await fork({ snapshot: '--upload-pack=x' })).toBe('BASE_NOT_FOUND')
  expect(await fork({ branch: 'main' })).toBe('BRANCH_EXISTS')
  expect(await fork({ path })).toBe('WORKTREE_EXISTS')
  expect(existsSync(to)).toBe(false)
  expect(userGit(repo, 'branch', '--list', 'fork')).toBe('')
})

test('a branch that had no commit yet cannot be begun at', async () => {
  const repo = makeRepo({ 'a.txt': 'one\n' })
  const root = userGit(repo, 'rev-list', '--max-parents=0', 'HEAD')
  const to = join(place(), 'fork')
  expect(await refusal(forkWorktree({ repo, path: to, branch: 'fork', snapshot: root }))).toBe('EMPTY_REPO')
})
