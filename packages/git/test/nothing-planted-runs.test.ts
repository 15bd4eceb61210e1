import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import {
  addWorktree,
  changedFiles,
  deleteRefs,
  ensureWorktree,
  git,
  inspectRepo,
  mergeBase,
  removeWorktree,
  snapshot,
  worktreeDiff,
} from '../src/index.js'
import { cleanUp, makeRepo, makeWorktree, place, refusal, userGit, write } from './support/repo.js'

afterEach(cleanUp)

const HOOKS = ['post-checkout', 'post-index-change', 'reference-transaction', 'pre-commit', 'post-commit']

/** Puts a command everywhere that git would look for one, each leaving a file in `marks` when it runs. */
function plant(repo: string) {
  const marks = place()
  const leaves = (name: string, then = 'cat') => `touch '${join(marks, name)}'; ${then}`
  const hooks = join(place(), 'hooks')
  mkdirSync(hooks)
  for (const hook of HOOKS) {
    writeFileSync(join(hooks, hook), `#!/bin/sh\n${leaves(hook, 'exit 0')}\n`, { mode: 0o755 })
  }
  const script = (name: string) => {
    const path = join(hooks, name)
    writeFileSync(path, `#!/bin/sh\n${leaves(name, 'exit 0')}\n`, { mode: 0o755 })
    return path
  }
  const settings = {
    'core.hooksPath': hooks,
    'core.fsmonitor': script('fsmonitor'),
    'core.pager': script('pager'),
    'core.sshCommand': script('ssh'),
    'diff.external': script('external-diff'),
    'diff.evil.textconv': script('textconv'),
    'diff.evil.command': script('diff-command'),
    'filter.evil.clean': leaves('clean'),
    'filter.evil.smudge': leaves('smudge'),
    'filter.evil.required': 'true',
    'filter.a=b.clean': leaves('clean-equals'),
    'filter.spaced name.process': leaves('process', 'exit 1'),
  }
  for (const [key, value] of Object.entries(settings)) userGit(repo, 'config', key, value)
  return { ran: () => readdirSync(marks).sort() }
}

const ATTRIBUTES = '*.txt filter=evil diff=evil\n*.eq filter=a=b\n*.sp filter=spaced\n'

test('hooks, fsmonitor, filters, textconv and external diffs stay silent in every call', async () => {
  const repo = makeRepo({ 'a.txt': 'one\n', 'a.eq': 'one\n', '.gitattributes': ATTRIBUTES })
  const { ran } = plant(repo)
  const path = join(place(), 'work')
  await inspectRepo(repo)
  const { base_sha } = await addWorktree({ repo, path, branch: 'work' })
  const ref = 'refs/yardmaster/tasks/1/1/start'
  const start = await snapshot({ cwd: path, ref })
  write(path, { 'a.txt': 'changed\n', 'a.eq': 'changed\n', 'b.txt': 'new\n', 'b.sp': 'new\n' })
  const end = await snapshot({ cwd: path })
  expect(await changedFiles({ cwd: path, from: start.snapshot, to: end.snapshot })).toHaveLength(4)
  expect((await worktreeDiff({ cwd: path, from: base_sha })).files).toHaveLength(4)
  await mergeBase({ cwd: path, branch: 'main' })
  rmSync(path, { recursive: true })
  await ensureWorktree({ repo, path, branch: 'work' })
  await removeWorktree({ repo, path })
  await deleteRefs({ repo, prefix: 'refs/yardmaster/tasks' })
  expect(ran()).toEqual([])
  // The same by a user's own git shows that what is planted is alive.
  write(repo, { 'a.txt': 'changed\n', 'a.eq': 'changed\n' })
  userGit(repo, 'diff')
  userGit(repo, 'add', '--all')
  userGit(repo, 'checkout', '--force', '-b', 'mine')
  expect(ran()).toEqual(
    expect.arrayContaining([
      'clean',
      'clean-equals',
      'diff-command',
      'fsmonitor',
      'post-checkout',
      'reference-transaction',
    ]),
  )
})

test('what config has for some worktrees alone stays silent in a checkout and in a removal', async () => {
  const repo = makeRepo({ 'a.txt': 'one\n', '.gitattributes': '*.txt filter=evil\n' })
  const marks = place()
  const included = join(place(), 'config')
  const evil = (name: string) =>
    `[filter "evil"]\n\tsmudge = "touch '${marks}/smudge-${name}'; cat"\n\tclean = "touch '${marks}/clean-${name}'; cat"\n`
  writeFileSync(included, evil('included'))
  userGit(repo, 'config', 'includeIf.gitdir:**/worktrees/**.path', included)
  userGit(repo, 'config', 'extensions.worktreeConfig', 'true')
  const path = join(place(), 'work')
  await addWorktree({ repo, path, branch: 'work' })
  expect(readFileSync(join(path, 'a.txt'), 'utf8')).toBe('one\n')
  userGit(repo, 'config', '--remove-section', 'includeIf.gitdir:**/worktrees/**')
  const fsmonitor = `[core]\n\tfsmonitor = "touch '${marks}/fsmonitor'; false"\n`
  writeFileSync(join(repo, '.git/worktrees/work/config.worktree'), evil('own') + fsmonitor)
  // As long as it was: git has to read it to tell that it is another one.
  write(path, { 'a.txt': 'two\n' })
  expect(await refusal(removeWorktree({ repo, path }))).toBe('GIT_FAILED')
  expect(readdirSync(marks)).toEqual([])
  userGit(path, 'status')
  userGit(path, 'checkout', '--', 'a.txt')
  expect(readdirSync(marks)).toEqual(expect.arrayContaining(['clean-own', 'fsmonitor', 'smudge-own']))
})

test('a partial clone that is planted fetches nothing', async () => {
  const { repo, path } = await makeWorktree()
  const { ran } = plant(repo)
  const marks = place()
  const settings = {
    'remote.evil.url': `ext::touch ${marks}/ext`,
    'remote.evil.promisor': 'true',
    'extensions.partialClone': 'evil',
    'core.repositoryFormatVersion': '1',
    'protocol.ext.allow': 'always',
  }
  for (const [key, value] of Object.entries(settings)) userGit(repo, 'config', key, value)
  await snapshot({ cwd: path })
  await git(['cat-file', '-e', 'a'.repeat(40)], { cwd: path }).catch(() => {})
  expect([...readdirSync(marks), ...ran()]).toEqual([])
  expect(() => userGit(path, 'cat-file', '-e', 'a'.repeat(40))).toThrow()
  expect(readdirSync(marks)).toEqual(['ext'])
})

test('filters of the machine owner work, in a checkout and in a snapshot, and the repository cannot bend them', async () => {
  const owner = place()
  write(owner, { '.gitconfig': '[filter "shout"]\n\tsmudge = tr a-z A-Z\n\tclean = tr A-Z a-z\n' })
  const home = process.env.HOME
  process.env.HOME = owner
  try {
    const repo = makeRepo({ 'a.txt': 'one\n', '.gitattributes': 'a.txt filter=shout\n' })
    const marks = place()
    for (const way of ['smudge', 'clean'])
      userGit(repo, 'config', `filter.shout.${way}`, `touch ${marks}/ran; cat`)
    const path = join(place(), 'work')
    await addWorktree({ repo, path, branch: 'work' })
    expect(readFileSync(join(path, 'a.txt'), 'utf8')).toBe('ONE\n')
    expect((await snapshot({ cwd: path })).dirty).toBe(false)
    write(path, { 'a.txt': 'TWO\n' })
    const taken = await snapshot({ cwd: path })
    expect(userGit(path, 'show', `${taken.tree}:a.txt`)).toBe('two')
    expect(readdirSync(marks)).toEqual([])
  } finally {
    process.env.HOME = home
  }
})

test('a porcelain diff through git() fails rather than start an external program', async () => {
  const repo = makeRepo()
  const { ran } = plant(repo)
  write(repo, { 'a.txt': 'changed\n' })
  await expect(git(['diff'], { cwd: repo })).rejects.toThrow(/git diff failed/)
  expect(await git(['diff', '--no-ext-diff', '--no-textconv'], { cwd: repo })).toContain('+changed')
  expect(ran()).toEqual([])
})

test("git sees no GIT_* variable of the caller and none of Yardmaster's own settings", async () => {
  const repo = makeRepo()
  const planted = { GIT_INDEX_FILE: 'x', GIT_EXTERNAL_DIFF: 'x', DATABASE_URL: 'x', YARDMASTER_HOME: 'x' }
  Object.assign(process.env, planted, { PLAIN: 'x' })
  try {
    const seen = await git(['-c', 'alias.seen=!env', 'seen'], { cwd: repo })
    expect(seen).toMatch(/^PLAIN=x$/m)
    for (const name of Object.keys(planted)) expect(seen).not.toContain(`${name}=`)
  } finally {
    for (const name of [...Object.keys(planted), 'PLAIN']) delete process.env[name]
  }
})

test('what takes too long is ended with all that it started, what writes too much too, and both say so', async () => {
  const repo = makeRepo({ 'a.txt': 'x'.repeat(100_000) })
  const slow = git(['-c', 'alias.slow=!sleep 60 & sleep 60', 'slow'], { cwd: repo, timeout: 200 })
  await expect(slow).rejects.toThrow('took longer than 0.2 s')
  await expect(git(['show', 'HEAD:a.txt'], { cwd: repo, maxBuffer: 1000 })).rejects.toThrow(
    'more than can be read',
  )
})
