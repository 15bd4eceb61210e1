import { realpath } from 'node:fs/promises'
import { basename, dirname, join, sep } from 'node:path'
import { noIsolation } from '@yardmaster/processes'
import type { Assignment, ExecutorOrder, FailureReason } from '@yardmaster/protocol'
import type { HarnessCommand } from '../harnesses/catalogue.js'
import { Homes } from '../isolation/homes.js'
import { type Loan, lend } from '../isolation/logins.js'
import { harnessInside } from '../isolation/shut-in.js'
import type { RuntimeAgentOptions } from './options.js'

/** A run that cannot begin; the reason is the task's. */
export class CannotBegin extends Error {
  constructor(
    readonly reason: FailureReason,
    message: string,
  ) {
    super(message)
  }
}

export interface Prepared {
  order: ExecutorOrder
  /** What the run is lent of its person's sign-ins; null where agents share the home of the host's user. */
  loan: Loan | null
  /** Hands it in: once the loan is on record, and before the executor is told anything. */
  handIn(): Promise<void>
}

/**
 * What an executor is told: its assignment, and what only this host knows. The daemon has checked harness and
 * root when it gave the run out; this host does not take its word for where it may work.
 *
 * @param ensure as {@link Worktrees.ensure}
 * @throws CannotBegin
 */
export async function orderFor(
  assignment: Assignment,
  options: RuntimeAgentOptions,
  places: Pick<ExecutorOrder, 'spool_file' | 'attachments_dir'>,
  ensure: (worktree: Assignment['worktree']) => Promise<boolean>,
): Promise<Prepared> {
  const { harnesses, allowed_roots, daemon_url, idle_timeout, run_timeout } = options
  const { session, worktree } = assignment
  const harness = harnesses.get(session.harness)
  if (!harness?.command)
    throw new CannotBegin(
      'harness_missing',
      `${session.harness} cannot be used on this runtime: ${harness?.problem ?? 'not known'}.`,
    )
  if (!(await isAllowed(worktree.path, allowed_roots)))
    throw new CannotBegin('cannot_start', `${worktree.path} is outside of this runtime's roots.`)
  const made_anew = await ensure(worktree)
  const common = { ...assignment, ...places, made_anew, daemon_url, idle_timeout, run_timeout }
  const { mode, hidden } = options.isolation ?? noIsolation
  if (mode === 'none')
    return {
      order: { ...common, harness: harness.command, shut_in: null },
      loan: null,
      handIn: async () => {},
    }
  const { own, ...login } = await homeFor(assignment, options.home, harness.command)
  const inside = await harnessInside({ mode, hidden }, options.home, harness.command, own)
  return { order: { ...common, ...inside }, ...login }
}

/** The session's home, and what of whoever prompted comes into it. */
async function homeFor({ session, task, resume }: Assignment, yard: string, { login = [] }: HarnessCommand) {
  const homes = new Homes(yard)
  const source = resume.fork_from === undefined ? null : session.forked_from_session_id
  const home = await homes.session(session.id, source)
  const user = task.created_by
  const lent = await lend(home, user && homes.logins(user, session.harness), login)
  const own = user ? { home, cache: await homes.cache(user, session.harness) } : { home }
  return { own, ...lent }
}

/** Whether a directory lies in one of the roots, links followed as far as there is something to follow. */
async function isAllowed(directory: string, roots: readonly string[]): Promise<boolean> {
  const path = await real(directory)
  const allowed = await Promise.all(roots.map(real))
  return allowed.some((root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep))
}

/** Of one that is not there, that of what is there above it. */
const real = (path: string): Promise<string> =>
  realpath(path).catch(async () =>
    path === dirname(path) ? path : join(await real(dirname(path)), basename(path)),
  )
