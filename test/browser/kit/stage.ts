import type { Browser, Page } from 'playwright-core'
import { startTestDaemon, type TestDaemon, type TestDaemonOptions } from '../../daemon'
import { openBrowser, type Visitor, visit, visitSession } from './browser'

/** What a file of browser tests stands on; there from its `beforeAll` on. */
export interface Stage {
  yard: TestDaemon
  /** Who has come in this test, in order. They leave behind it. */
  visitors: Visitor[]
  /** Somebody before a page, with nothing of anybody else; signed in by the token, where there is one. */
  come(token: string | null, path?: string, viewport?: { width: number; height: number }): Promise<Page>
  /** The same before a session's page, once it shows what there is. */
  comeTo(who: { token: string }, session_id: string): Promise<Page>
  /** Calls of this page may be refused so, in this test: the browser's own log tells of it, as it should. */
  mayBeRefused(page: Page, status: number): void
}

/** A daemon and a browser for the tests of a file, none of which may leave a complaint on a page. */
export function setStage(options: TestDaemonOptions = {}): Stage {
  let browser: Browser
  const keep = (visitor: Visitor): Page => {
    stage.visitors.push(visitor)
    return visitor.page
  }
  const stage: Stage = {
    yard: undefined as never,
    visitors: [],
    come: async (token, path, viewport) => keep(await visit(browser, stage.yard, token, path, viewport)),
    comeTo: async (who, session_id) => keep(await visitSession(browser, stage.yard, who, session_id)),
    mayBeRefused: (page, status) =>
      void stage.visitors.find((visitor) => visitor.page === page)!.refused.push(status),
  }
  beforeAll(async () => {
    ;[stage.yard, browser] = await Promise.all([startTestDaemon(options), openBrowser()])
  })
  afterAll(async () => {
    await browser.close()
    await stage.yard.stop()
  })
  afterEach(async () => {
    const complaints = stage.visitors.flatMap(({ complaints, refused }) =>
      complaints.filter((one) => !refused.some((status) => one.includes(`a status of ${status} `))),
    )
    await Promise.all(stage.visitors.map(({ close }) => close()))
    stage.visitors.length = 0
    expect(complaints).toEqual([])
  })
  return stage
}
