import type { Browser, Page } from 'playwright-core'
import { startTestDaemon, type TestDaemon } from '../daemon'
import { barriers, openBrowser, type Visitor, visit } from './kit/browser'

let yard: TestDaemon
let browser: Browser
let visitors: Visitor[] = []
beforeAll(async () => {
  ;[yard, browser] = await Promise.all([startTestDaemon(), openBrowser()])
})
afterAll(async () => {
  await browser.close()
  await yard.stop()
})
afterEach(async () => {
  const complaints = visitors.flatMap((visitor) => visitor.complaints)
  await Promise.all(visitors.map((visitor) => visitor.close()))
  visitors = []
  expect(complaints).toEqual([])
})

async function come(token: string, path: string): Promise<Page> {
  const visitor = await visit(browser, yard, token, path)
  visitors.push(visitor)
  return visitor.page
}

/** Nothing bars anybody from the page, in either scheme. */
async function openToAll(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    expect([colorScheme, await barriers(page)]).toEqual([colorScheme, []])
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}-${colorScheme}.png` })
  }
}

/** What a session has behind it after a while. */
const past = async (session_id: string) =>
  yard.database.db.query({
    text: `insert into tasks (id, session_id, worktree_id, runtime_id, created_by, prompt, status, attempt, position, ended_seq,
        created_at, started_at, completed_at, model, usage)
      select gen_random_uuid(), s.id, s.worktree_id, s.runtime_id, s.created_by, 'a prompt',
        (array['completed', 'completed', 'failed', 'stopped'])[1 + n % 4], 1, n, n, at, at + n * interval '2 s', at + n * interval '9 s',
        'model ' || n % 3, jsonb_build_object('total_tokens', 1000 * n, 'cost', jsonb_build_object('amount', n, 'currency', 'USD'))
      from sessions s, generate_series(1, 40) n, lateral (select clock_timestamp() - n * interval '4 h' as at) one where s.id = $1`,
    values: [session_id],
  })

test('what agents used is shown in charts, and as tables; members see no more than they may view', async () => {
  const { id } = await yard.session((await yard.worktree()).id)
  const stranger = await yard.person()
  const empty = await come(stranger.token, '/app/usage')
  await empty.getByText('No task in this time').waitFor()
  expect(await barriers(empty)).toEqual([])

  await past(id)
  const page = await come(yard.admin.token, '/app/usage')
  await page
    .getByRole('img', { name: 'Tasks by person' })
    .locator('svg .recharts-bar-rectangle')
    .first()
    .waitFor()
  await page.getByRole('img', { name: 'Waited in the queue' }).locator('svg .recharts-line').first().waitFor()
  await page.getByText(/^0 of \d+ at once$/).waitFor()
  await openToAll(page, 'usage')

  await page.getByRole('combobox', { name: 'By' }).click()
  await page.getByRole('option', { name: 'By model' }).click()
  await page.getByText('Cost in USD').click()
  const chart = page.getByRole('region', { name: 'Cost in USD by model' })
  await chart.getByRole('button', { name: 'As a table' }).click()
  await chart.getByRole('columnheader', { name: 'model 2' }).waitFor()
  expect(page.url()).toContain('by=model')
  expect(await barriers(page)).toEqual([])
})
