import { randomUUID } from 'node:crypto'
import { connectRest } from '@yardmaster/client'
import type { Level } from '@yardmaster/protocol'
import type { Browser, Page } from 'playwright-core'
import { reach } from '../faults/kit/moments'
import { Scene } from '../faults/kit/scene'
import { until } from '../faults/kit/until'
import { Yard } from '../faults/kit/yard'
import { openBrowser, type Visitor, visit } from './kit/browser'

// A daemon that is a process of its own, on a Postgres of its own, so that it can be killed.
let yard: Yard
let browser: Browser
let visitors: Visitor[] = []
beforeAll(async () => {
  ;[yard, browser] = await Promise.all([Yard.open(), openBrowser()])
})
afterAll(async () => {
  await browser.close()
  await yard.close()
})
afterEach(async () => {
  await Promise.all(visitors.map((visitor) => visitor.close()))
  visitors = []
})

const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const transcript = (page: Page) => page.getByRole('region', { name: 'Transcript' })

/** Somebody with a grant, before a session's page. */
async function come(session_id: string, level: Level): Promise<{ page: Page; name: string; grant: string }> {
  const url = `http://127.0.0.1:${yard.port}`
  const name = randomUUID()
  const account = { email: `${name}@example.com`, password: 'a password for tests' }
  const { id: user_id } = await yard.client.service('users').create({ ...account, name, role: 'member' })
  const { worktree_id } = await yard.client.service('sessions').get(session_id)
  const { id: grant } = await yard.client.service('grants').create({ worktree_id, user_id, level })
  const { accessToken } = await connectRest(url)
    .service('authentication')
    .create({ strategy: 'local', ...account })
  const visitor = await visit(browser, { url }, accessToken, `/app/sessions/${session_id}`)
  visitors.push(visitor)
  await transcript(visitor.page).waitFor()
  return { page: visitor.page, name, grant }
}

test('of two people who answer at once one decides, and both see who it was', async () => {
  const { scene } = await reach['waiting for permission'](yard)
  const people = [await come(scene.session_id, 'prompt'), await come(scene.session_id, 'prompt')]
  // Found before either is pressed: once one person has decided, the other's is gone.
  const buttons = await Promise.all(people.map(({ page }) => button(page, 'Allow').elementHandle()))
  await Promise.all(buttons.map((one) => one!.dispatchEvent('click')))
  await scene.ended()

  const [request] = await scene.requests()
  const { name } = await yard.client.service('users').get(request!.decided_by!)
  expect(people.map((person) => person.name)).toContain(name)
  for (const { page, name: own } of people) {
    await page.getByText(`Allow · ${own === name ? 'you' : name}`).waitFor()
    await page.getByRole('region', { name: 'Waits for an answer' }).waitFor({ state: 'detached' })
  }
  expect(scene.ran()).toBe(1)
})

test('a daemon that is killed in mid-stream is told as away, and once it is back nothing is missing', async () => {
  const scene = await Scene.set(yard)
  // Slow enough for all of it to fit on the page.
  await scene.prompt('i=0; until [ -e GATE ]; do i=$((i+1)); echo line $i; sleep 0.2; done; echo end $i')
  const { page } = await come(scene.session_id, 'prompt')
  await transcript(page).getByText('line 3').waitFor()
  await page.getByRole('textbox', { name: 'Prompt' }).fill('half a thought')

  await yard.killDaemon()
  await page.getByText(/^Offline since \d/).waitFor()
  await page.getByText('Offline since the connection was lost').waitFor()
  await transcript(page).getByText('line 3').waitFor()

  await yard.start()
  await page.getByText('Live', { exact: true }).waitFor()
  scene.open()
  await scene.ended()
  await page.getByText('completed').first().waitFor()
  const stored = JSON.stringify(await scene.messages())
  const said = /line 1\\n.*?end \d+/.exec(stored)![0].replaceAll('\\n', '\n')
  const call = page.getByRole('button', { name: /^execute/ })
  if ((await call.getAttribute('aria-expanded')) === 'false') await call.click()
  await until(async () => (await transcript(page).textContent())?.includes(said))
  expect(await page.getByRole('textbox', { name: 'Prompt' }).inputValue()).toBe('half a thought')
})

test('whoever loses access while they watch is told so at once, and what they saw is gone', async () => {
  const scene = await Scene.set(yard)
  await scene.prompt('until [ -e GATE ]; do echo secret; sleep 0.05; done')
  const { page, grant } = await come(scene.session_id, 'view')
  await transcript(page).getByText('secret').first().waitFor()
  await yard.client.service('grants').remove(grant)
  await page.getByText('cannot be shown').waitFor()
  scene.open()
  await scene.ended()
  expect(await page.locator('body').textContent()).not.toContain('secret')
  expect(await page.title()).toBe('No such session · Yardmaster')
})
