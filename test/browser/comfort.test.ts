import type { Browser, Page } from 'playwright-core'
import { type Person, startTestDaemon, type TestDaemon } from '../daemon'
import { barriers, openBrowser, sideways, type Visitor, visit } from './kit/browser'

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

async function come({ token }: Person, path: string, viewport?: { width: number; height: number }) {
  const visitor = await visit(browser, yard, token, path, viewport)
  visitors.push(visitor)
  return visitor.page
}
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const phone = { width: 390, height: 844 }

test('on a phone a prompt is sent, what is asked is answered, and no page is wider than the screen', async () => {
  const worktree = await yard.worktree()
  const { id } = await yard.session(worktree.id)
  const page = await come(yard.admin, `/app/sessions/${id}`, phone)
  await page
    .getByRole('textbox', { name: 'Prompt' })
    .fill(`$ echo ${'a-word-too-long-for-a-phone-'.repeat(8)}`)
  await button(page, 'Send').click()
  await button(page, 'Allow').waitFor()
  for (const one of await page.locator('form button:visible, section button:visible').all()) {
    const { x, width } = (await one.boundingBox())!
    expect([await one.textContent(), x >= 0, x + width <= phone.width]).toEqual([
      expect.anything(),
      true,
      true,
    ])
  }
  expect(await barriers(page)).toEqual([])
  expect(await sideways(page)).toEqual([])
  await button(page, 'Allow').click()
  await page.getByText('completed').first().waitFor()
  await button(page, 'About this session').click()
  await page.getByRole('dialog').getByRole('combobox').waitFor()
  expect(await barriers(page)).toEqual([])
  await page.keyboard.press('Escape')

  const within = ['', 'board', 'sessions', 'new', 'worktrees', `worktrees/${worktree.id}`, 'account']
  const beside = [`sessions/${id}/changes`, 'admin/people', 'admin/teams', 'admin/runtimes', 'admin/audit']
  for (const path of [...within, ...beside]) {
    await page.goto(`${yard.url}/app/${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.getByRole('status').getByText('Live').waitFor({ state: 'attached' })
    // Tables of admins scroll within the page, which is as wide as the screen all the same.
    const wide = (await sideways(page)).filter((one) => !beside.includes(path) || one.startsWith('HTML'))
    expect([path, wide]).toEqual([path, []])
  }
})
