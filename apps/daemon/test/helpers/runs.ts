import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { connectRest } from '@yardmaster/client'
import { ensureRuntime } from '@yardmaster/store'
import type { Person, TestDaemon } from '../../../../test/daemon'

/** An attempt whose executor is the test itself: claimed over REST by a runtime that starts no process. */
export interface TestRun {
  task_id: string
  session_id: string
  attempt: number
  token: string
  runtime: { id: string; token: string; boot_id: string }
}

export const gitState = {
  start: { sha: 'a'.repeat(40), branch: 'main', dirty: false },
  end: { sha: 'b'.repeat(40), branch: 'main', dirty: false },
  files: [{ path: 'made.txt', status: 'added', added: 1, removed: 0 }],
}

/** Leads the session to a runtime of its own and prompts it there; nobody claims. */
export async function queue(
  { daemon, url, admin, home }: TestDaemon,
  session_id: string,
  by: Person = admin,
): Promise<Pick<TestRun, 'task_id' | 'runtime'>> {
  const runtime = { id: randomUUID(), boot_id: randomUUID(), token: '' }
  await ensureRuntime(daemon.yard.db, runtime.id, 'of a test')
  runtime.token = daemon.yard.tokens.forRuntime(runtime.id)
  await connectRest(url, runtime.token)
    .service('runtimes')
    .register({
      id: runtime.id,
      boot_id: runtime.boot_id,
      name: 'of a test',
      harnesses: [{ id: 'shell', name: 'Shell', version: null, capabilities: {}, problem: null }],
      allowed_roots: [join(home, 'worktrees')],
      isolation: 'none',
      max_concurrent: 10,
      runs: [],
    })
  await by.rest.service('sessions').patch(session_id, { runtime_id: runtime.id })
  const { id } = await by.rest.service('sessions').prompt({ id: session_id, prompt: 'a prompt' })
  return { task_id: id, runtime }
}

/** Queues a prompt and claims it: dispatched, not started. */
export async function claimRun(
  yard: TestDaemon,
  session_id: string,
  by: Person = yard.admin,
): Promise<TestRun> {
  const { task_id, runtime } = await queue(yard, session_id, by)
  const { runs } = await connectRest(yard.url, runtime.token)
    .service('runtimes')
    .claim({ id: runtime.id, boot_id: runtime.boot_id, slots: 1, runs: [] })
  const [run] = runs
  if (run?.task.id !== task_id) throw new Error('The claim was not answered with the task.')
  return { task_id, session_id, attempt: run.task.attempt, token: run.token, runtime }
}

/** The same, started. */
export async function startRun(
  yard: TestDaemon,
  session_id: string,
  by: Person = yard.admin,
): Promise<TestRun> {
  const run = await claimRun(yard, session_id, by)
  await connectRest(yard.url, run.token).service('tasks').patch(run.task_id, { status: 'running' })
  return run
}

let messages = 0

/** A message of the run's own. */
export async function say(yard: TestDaemon, { token, session_id }: TestRun, text = 'hello'): Promise<string> {
  messages += 1
  const { id } = await connectRest(yard.url, token)
    .service('messages')
    .create({
      session_id,
      client_id: `m${messages}`,
      type: 'text',
      role: 'agent',
      content: [{ type: 'text', text }],
    })
  return id
}

/** A permission request of the run's own. */
export async function ask(yard: TestDaemon, { token, session_id }: TestRun): Promise<string> {
  messages += 1
  const { id } = await connectRest(yard.url, token)
    .service('permission-requests')
    .create({
      session_id,
      client_id: `p${messages}`,
      tool_call: { title: 'rm' },
      options: [{ option_id: 'yes', name: 'Yes', kind: 'allow_once' }],
    })
  return id
}

/** Ends the run well. */
export const finish = (yard: TestDaemon, { token, task_id }: TestRun) =>
  connectRest(yard.url, token).service('tasks').patch(task_id, { status: 'completed', git_state: gitState })

/** Ends the run badly: what waits behind it is held. */
export const fail = (yard: TestDaemon, { token, task_id }: TestRun) =>
  connectRest(yard.url, token)
    .service('tasks')
    .patch(task_id, { status: 'failed', failure_reason: 'harness_died' })
