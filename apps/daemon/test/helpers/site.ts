import { startTestDaemon, type TestDaemon } from '../../../../test/daemon'
import { harnessesTold } from './harnesses-told'
import { everything } from './rows'
import { ask, say, startRun, type TestRun } from './runs'

/** A daemon with a row of every kind, a run under way that the test itself executes, and the ids of it all by service. */
export interface Site {
  yard: TestDaemon
  run: TestRun
  rows: Record<string, string>
}

/**
 * One for a test file, in which nothing is ever written: looked at after each test, with whether the daemon still
 * serves. Filled before the first test.
 */
export function useSite(): Site {
  const site = {} as Site
  let before: Record<string, string>
  beforeAll(async () => {
    Object.assign(site, await openSite())
    before = await everything(site.yard.database.db)
  })
  afterEach(async () => {
    const was = before
    before = await everything(site.yard.database.db)
    expect(before).toEqual(was)
    expect((await fetch(`${site.yard.url}/healthz`)).status).toBe(200)
  })
  afterAll(() => site.yard.stop())
  return site
}

export async function openSite(): Promise<Site> {
  const yard = await startTestDaemon({
    limits: { dispatched: 3_600_000, started: 3_600_000, heartbeat_timeout: 3_600_000 },
  })
  const worktree = await yard.worktree()
  const run = await startRun(yard, (await yard.session(worktree.id)).id)
  const grant = await yard.admin.rest
    .service('grants')
    .create({ worktree_id: worktree.id, user_id: (await yard.person()).user.id, level: 'view' })
  const rows = {
    worktrees: worktree.id,
    repos: worktree.repo_id,
    grants: grant.id,
    users: (await yard.person()).user.id,
    sessions: run.session_id,
    tasks: run.task_id,
    messages: await say(yard, run),
    'permission-requests': await ask(yard, run),
    runtimes: run.runtime.id,
  }
  await harnessesTold(yard)
  return { yard, run, rows }
}
