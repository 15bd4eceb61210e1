import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import { GitError } from './errors.js'
import { checkAbsolute } from './names.js'
import { defaultBranch } from './repo.js'
import { git, gitOrNull, only } from './run.js'
import { hasControl, reasonIn, redact, shown } from './text.js'

export interface CloneProgress {
  /** git's own word for the step, like `Receiving objects`. */
  stage: string
  percent: number
}

export interface CloneRequest {
  url: string
  /** Absolute; nothing may exist there. */
  into: string
  onProgress?: (progress: CloneProgress) => void
}

const HOST = '[a-z0-9][a-z0-9.-]*'
const USER = '[a-z0-9_][a-z0-9._-]*'
const ALLOWED = [
  new RegExp(`^https://(?:${USER}@)?${HOST}(?::\\d+)?/[^\\s]+$`, 'i'),
  new RegExp(`^ssh://(?:${USER}@)?${HOST}(?::\\d+)?/[^\\s]+$`, 'i'),
  // Not `host::path`, which names a helper program, and no path that reads as an option.
  new RegExp(`^${USER}@${HOST}:(?![:-])[^\\s]+$`, 'i'),
]

/**
 * Clones a repository over https or ssh, bare: worktrees are its only checkouts, and no branch is taken
 * by a main one. Credentials come from git's credential helpers and ssh's agent; nothing is asked.
 *
 * @throws GitError URL_NOT_ALLOWED (any other protocol, or a password in the url, which would stand in
 *   the process list and in a config that every agent reads), CLONE_FAILED
 */
export async function cloneRepo(request: CloneRequest): Promise<{ path: string; default_branch: string }> {
  checkCloneUrl(request.url)
  return cloneFrom(request, 'https:ssh')
}

/** @throws GitError URL_NOT_ALLOWED */
export function checkCloneUrl(url: string): void {
  if (!hasControl(url) && ALLOWED.some((form) => form.test(url))) return
  const advice = /^https:\/\/[^/@]*:[^/]*@/i.test(url)
    ? 'leave the password out of the url and give it to a git credential helper'
    : 'use https://host/path, ssh://user@host/path or user@host:path'
  throw new GitError('URL_NOT_ALLOWED', `"${shown(redact(url))}" cannot be cloned: ${advice}.`)
}

const HOUR = 3_600_000
const STALLED = ['-c', 'http.lowSpeedLimit=1000', '-c', 'http.lowSpeedTime=60']

/** The clone itself, from anywhere that `protocols` (`GIT_ALLOW_PROTOCOL`) lets in. */
export async function cloneFrom(
  { url, into, onProgress }: CloneRequest,
  protocols: string,
): Promise<{ path: string; default_branch: string }> {
  checkAbsolute(into)
  await mkdir(dirname(into), { recursive: true })
  // Made by us, so that what a failure removes is ours.
  await mkdir(into).catch((error) => {
    if (error.code !== 'EEXIST') throw error
    throw new GitError('CLONE_FAILED', `${shown(into)} exists already; choose another place.`)
  })
  // Not in the target's parent, whose own repository, if it is in one, would have a say.
  const cwd = tmpdir()
  try {
    const ssh = (await gitOrNull(['config', '--get', 'core.sshCommand'], { cwd, env: only(cwd) })) || 'ssh'
    const settings = [...STALLED, '-c', `core.sshCommand=${ssh} -o BatchMode=yes`]
    const clone = ['clone', '--bare', '--progress', '--template=', '--no-recurse-submodules']
    await git([...settings, ...clone, '--', url, into], {
      cwd,
      env: { ...only(cwd), GIT_ALLOW_PROTOCOL: protocols },
      timeout: HOUR,
      ...(onProgress && { onStderr: progressReader(onProgress) }),
    })
    return { path: into, default_branch: await defaultBranch(into) }
  } catch (error) {
    await rm(into, { recursive: true, force: true })
    if (!(error instanceof GitError) || error.code !== 'GIT_FAILED') throw error
    const reason = reasonIn(error.stderr)
    throw new GitError('CLONE_FAILED', `The clone failed, check the url and your access: ${reason}.`)
  }
}

/** Reads `Receiving objects:  42% (…)` from pieces that may end anywhere; each percent is told once. */
export function progressReader(onProgress: (progress: CloneProgress) => void): (text: string) => void {
  let pending = ''
  let last = ''
  return (text) => {
    const lines = (pending + text).split(/[\r\n]/)
    pending = lines.pop() ?? ''
    for (const line of lines) {
      const [, stage, percent] = /^(?:remote: )?([A-Z][A-Za-z ]+): +(\d+)%/.exec(line) ?? []
      if (stage === undefined || `${stage}${percent}` === last) continue
      last = `${stage}${percent}`
      onProgress({ stage, percent: Number(percent) })
    }
  }
}
