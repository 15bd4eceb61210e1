import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { addWorktree } from '../../src/index.js'

const USER = {
  GIT_AUTHOR_NAME: 'A User',
  GIT_AUTHOR_EMAIL: 'user@localhost',
  GIT_COMMITTER_NAME: 'A User',
  GIT_COMMITTER_EMAIL: 'user@localhost',
}

const made: string[] = []

/** A directory that `cleanUp` takes away. */
export function place(): string {
  const path = realpathSync(mkdtempSync(join(tmpdir(), 'yardmaster-git-test-')))
  made.push(path)
  return path
}

export function cleanUp(): void {
  for (const path of made.splice(0)) rmSync(path, { recursive: true, force: true })
}

/** git as a user of the repository runs it: nothing of the package under test. */
export function userGit(cwd: string, ...args: string[]): string {
  return execFileSync('git', args, {
    cwd,
    env: { ...process.env, ...USER },
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  }).replace(/\n$/, '')
}

export function write(cwd: string, files: Record<string, string | Buffer>): void {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, name)), { recursive: true })
    writeFileSync(join(cwd, name), content)
  }
}

export function commit(cwd: string, files: Record<string, string | Buffer>, message = 'a change'): string {
  write(cwd, files)
  userGit(cwd, 'add', '--all')
  userGit(cwd, 'commit', '--quiet', '--allow-empty', '-m', message)
  return userGit(cwd, 'rev-parse', 'HEAD')
}

/** A repository with the branch `main` and, unless `files` is null, one commit. */
export function makeRepo(files: Record<string, string | Buffer> | null = { 'a.txt': 'one\n' }): string {
  const repo = join(place(), 'repo')
  mkdirSync(repo)
  userGit(repo, 'init', '--quiet', '-b', 'main')
  if (files !== null) commit(repo, files)
  return repo
}

/** The repository and a worktree of it on the branch `work`. */
export async function makeWorktree(files?: Record<string, string | Buffer>) {
  const repo = makeRepo(files)
  const path = join(place(), 'work')
  const worktree = await addWorktree({ repo, path, branch: 'work' })
  return { repo, path, worktree }
}

/** The code a call is refused with; fails the test if it is not refused. */
export async function refusal(call: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof call === 'function' ? call() : call)
  } catch (error) {
    return (error as { code: string }).code
  }
  throw new Error('was not refused')
}
