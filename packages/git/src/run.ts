import { stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { GitError } from './errors.js'
import { type Ending, launch } from './process.js'
import { reasonIn, redact, shown } from './text.js'
import { startOf } from './within.js'

export interface GitOptions {
  /** The directory git runs in. */
  cwd: string
  /** Added to the cleaned environment; the only way a GIT_* variable gets in. */
  env?: Record<string, string>
  /** Written to git's stdin. */
  input?: string
  /** Milliseconds until git is ended; 60 000 by default. */
  timeout?: number
  /** Bytes of output above which git is ended; 100 million by default. */
  maxBuffer?: number
  /** Called with pieces of stderr as they come: git shows progress there. */
  onStderr?: (text: string) => void
}

/** Repositories say much in their config about which programs git shall start. None of it counts here. */
const SETTINGS = Object.entries({
  'core.fsmonitor': '',
  'core.hooksPath': '/dev/null',
  'core.pager': 'cat',
  // No off switch, but a stop: a porcelain diff without --no-ext-diff fails instead of starting a program.
  'diff.external': '',
  'submodule.recurse': 'false',
  // Ownership is git's guard against a foreign repository's hooks and config, which are off already; a
  // runtime that works as root for several users meets foreign repositories all day. The path of `cwd`
  // would not do: git compares the top level, of which `cwd` may be a folder.
  'safe.directory': '*',
  'safe.bareRepository': 'all',
  // A repository that wants exact line ends must not be able to refuse its own snapshot.
  'core.safecrlf': 'false',
  // Files above this are binary to a diff: git holds both sides of a text in memory.
  'core.bigFileThreshold': '50m',
  'advice.addEmbeddedRepo': 'false',
}).flatMap(([key, value]) => ['-c', `${key}=${value}`])

const OURS = {
  LC_ALL: 'C',
  GIT_TERMINAL_PROMPT: '0',
  // Set but empty, it silences core.askPass and SSH_ASKPASS too.
  GIT_ASKPASS: '',
  SSH_ASKPASS_REQUIRE: 'never',
  GIT_OPTIONAL_LOCKS: '0',
  // Beats `protocol.<name>.allow`, which a repository's config could set back. Empty: git starts no
  // transport at all, so that a planted partial clone cannot fetch through a command of its own.
  GIT_ALLOW_PROTOCOL: '',
  GIT_AUTHOR_NAME: 'Yardmaster',
  GIT_AUTHOR_EMAIL: 'yardmaster@localhost',
  GIT_COMMITTER_NAME: 'Yardmaster',
  GIT_COMMITTER_EMAIL: 'yardmaster@localhost',
}

/** Ours, and what git reads no sense from but a program started by it could: the daemon's own settings. */
const NOT_FOR_GIT = /^(GIT_|YARDMASTER_|DATABASE_|REDIS_)/

function environment(extra: Record<string, string> = {}): Record<string, string> {
  const inherited = Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !NOT_FOR_GIT.test(entry[0]),
  )
  return { ...Object.fromEntries(inherited), ...OURS, ...extra }
}

const TIMEOUT = 60_000
const MAX_BUFFER = 100_000_000

async function start(args: string[], { cwd, env, timeout = TIMEOUT, input, onStderr }: GitOptions) {
  // Asked beforehand, because a process that could not start does not tell a missing cwd from a missing git.
  const directory = await stat(cwd).catch(() => null)
  if (!directory?.isDirectory()) {
    throw new GitError('REPO_GONE', `The directory ${shown(cwd)} does not exist any more; put it back.`)
  }
  const start = await startOf([...SETTINGS, ...args], cwd)
  const whole = { ...environment(env), ...start.env }
  return launch({ command: start.command, cwd, env: whole, timeout, input, onStderr })
}

/**
 * Runs git and returns what it wrote to stdout, less one final newline. Environment and settings are
 * the package's own: no GIT_* variable of the caller, no prompt, no hook, no fsmonitor, no network.
 *
 * @throws GitError GIT_MISSING, REPO_GONE (no such `cwd`) or GIT_FAILED
 */
export async function git(args: string[], options: GitOptions): Promise<string> {
  const limit = options.maxBuffer ?? MAX_BUFFER
  const running = await start(args, options)
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of running.stdout as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > limit) break
    chunks.push(chunk)
  }
  if (size > limit) running.end()
  const ending = await running.ending
  if (size > limit) throw new GitError('GIT_FAILED', `${called(args)} wrote more than can be read.`)
  if (ending.exit !== 0) throw failure(ending, args, options)
  return Buffer.concat(chunks).toString('utf8').replace(/\n$/, '')
}

/** The same with git's stdout as it comes; ending the iteration early ends git. */
export async function* gitStream(args: string[], options: GitOptions): AsyncGenerator<Buffer> {
  const running = await start(args, options)
  let finished = false
  try {
    yield* running.stdout as AsyncIterable<Buffer>
    finished = true
  } finally {
    if (!finished) running.end()
    await running.ending
  }
  const ending = await running.ending
  if (ending.exit !== 0) throw failure(ending, args, options)
}

/** git's answer, or null where git says no: for questions that may be answered so. */
export async function gitOrNull(args: string[], options: GitOptions): Promise<string | null> {
  try {
    return await git(args, options)
  } catch (error) {
    if (error instanceof GitError && error.code === 'GIT_FAILED' && error.exit !== null) return null
    throw error
  }
}

/** Keeps git from looking for a repository above `cwd`, where another one may stand. */
export function only(cwd: string): Record<string, string> {
  return { GIT_CEILING_DIRECTORIES: dirname(cwd) }
}

function failure(ending: Ending, args: string[], options: GitOptions): GitError {
  if (ending.startError === 'ENOENT') {
    return new GitError('GIT_MISSING', 'git was not found on the PATH; install git 2.31 or newer.')
  }
  const said = { exit: ending.exit, stderr: redact(ending.stderr) }
  if (ending.timedOut) {
    const seconds = (options.timeout ?? TIMEOUT) / 1000
    return new GitError(
      'GIT_FAILED',
      `${called(args)} took longer than ${seconds} s and was ended; try again.`,
      said,
    )
  }
  const reason = ending.startError ?? reasonIn(said.stderr)
  return new GitError('GIT_FAILED', `${called(args)} failed: ${reason}`, said)
}

function called(args: string[]): string {
  const words = args[0] === 'worktree' ? args.slice(0, 2) : args.slice(0, 1)
  return ['git', ...words].join(' ')
}
