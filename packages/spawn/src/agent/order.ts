import { realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { noIsolation } from '@yardmaster/processes'
import type { Assignment, ExecutorOrder, FailureReason } from '@yardmaster/protocol'
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

/**
 * What an executor is told: its assignment, and what only this host knows. The daemon has checked harness and
 * root when it gave the run out; this host does not take its word for where it may work.
 *
 * @throws CannotBegin
 */
export async function orderFor(
  assignment: Assignment,
  options: RuntimeAgentOptions,
  spool_file: string,
): Promise<ExecutorOrder> {
  const { harnesses, allowed_roots, daemon_url, idle_timeout, run_timeout } = options
  const { session, worktree, task } = assignment
  const harness = harnesses.get(session.harness)
  if (!harness?.command)
    throw new CannotBegin(
      'harness_missing',
      `${session.harness} cannot be used on this runtime: ${harness?.problem ?? 'not known'}.`,
    )
  if (!(await isAllowed(worktree.path, allowed_roots)))
    throw new CannotBegin('cannot_start', `${worktree.path} is outside of this runtime's roots.`)
  const of = { user: task.created_by, harness: session.harness }
  const isolation = options.isolation ?? noIsolation
  const inside = await harnessInside(isolation, options.home, harness.command, of)
  return { ...assignment, ...inside, daemon_url, spool_file, idle_timeout, run_timeout }
}

/** Whether a directory lies in one of the roots, links followed as far as there is something to follow. */
async function isAllowed(directory: string, roots: readonly string[]): Promise<boolean> {
  const path = await real(directory)
  const allowed = await Promise.all(roots.map(real))
  return allowed.some((root) => path === root || path.startsWith(root.endsWith(sep) ? root : root + sep))
}

/** One that is not there is compared as written; the executor then says that it is missing. */
const real = (path: string): Promise<string> => realpath(path).catch(() => resolve(path))
