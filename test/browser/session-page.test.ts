import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Message } from '@yardmaster/protocol'
import type { Browser, Page } from 'playwright-core'
import { startTestDaemon, type TestDaemon } from '../daemon'
import { until } from '../faults/kit/until'
import { atRest, barriers, openBrowser, type Visitor, visit, visitSession } from './kit/browser'
import { makeLong } from './kit/long-session'

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

async function session() {
  const worktree = await yard.worktree()
  const { id } = await yard.session(worktree.id, yard.admin, { permission_mode: 'auto' })
  return { id, path: worktree.path }
}
async function comeTo(session_id: string): Promise<Page> {
  const visitor = await visitSession(browser, yard, yard.admin, session_id)
  visitors.push(visitor)
  return visitor.page
}
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const box = (page: Page) => page.getByRole('textbox', { name: 'Prompt' })

/** Of one pixel. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
)
const hostile = '<img src=x onerror="window.harmed=1">\u202etxt'

test('files are chosen, pasted and taken back, come with the prompt, and are shown with it', async () => {
  const { id } = await session()
  const page = await comeTo(id)
  await page.locator('input[type=file]').setInputFiles([
    { name: 'seen.png', mimeType: 'image/png', buffer: png },
    { name: 'not-this.txt', mimeType: 'text/plain', buffer: Buffer.from('x') },
    { name: hostile, mimeType: 'text/plain', buffer: Buffer.from('five!') },
  ])
  await box(page).evaluate((field) => {
    const { DataTransfer, File, ClipboardEvent } = globalThis as unknown as Record<
      string,
      new (
        ...of: unknown[]
      ) => {
        items: { add(file: unknown): void }
      }
    >
    const given = new DataTransfer!()
    given.items.add(new File!(['a', 'b'], 'pasted.bin', { type: 'application/x-unknown' }))
    const init = { clipboardData: given, bubbles: true, cancelable: true }
    ;(field as unknown as { dispatchEvent(event: unknown): void }).dispatchEvent(
      new ClipboardEvent!('paste', init),
    )
  })
  const chosen = page.getByRole('list', { name: 'Files that go with it' })
  await chosen.getByText('pasted.bin').waitFor()
  await button(page, 'Take not-this.txt back').click()
  expect(await chosen.getByRole('listitem').count()).toBe(3)
  expect(await barriers(page)).toEqual([])
  await box(page).fill('look at these')
  await button(page, 'Send').click()

  const shown = page
    .getByRole('article', { name: 'Prompt' })
    .getByRole('list', { name: 'Files that came with it' })
  await shown.getByRole('img', { name: 'seen.png' }).waitFor()
  await until(() =>
    shown.locator('img').evaluate((img) => (img as unknown as { naturalWidth: number }).naturalWidth === 1),
  )
  expect(await shown.textContent()).toContain('<img src=x onerror="window.harmed=1">⟨U+202E⟩txt')
  expect(await page.evaluate('window.harmed')).toBeUndefined()
  expect(await chosen.count()).toBe(0)
  await page.getByText('completed').first().waitFor()
  const transcript = await page.getByRole('region', { name: 'Transcript' }).textContent()
  expect(transcript).toContain(`[picture of type image/png, ${png.length} bytes]`)
  expect(transcript).toContain(': 5 characters]')

  const stored = page.waitForEvent('download')
  await page.getByRole('button', { name: /^Store <img/ }).click()
  expect((await stored).suggestedFilename()).toContain('txt')
})

test('a prompt is written by keyboard with the commands of the agent and the files of the worktree', async () => {
  const { id, path } = await session()
  await mkdir(join(path, 'src'))
  await writeFile(join(path, 'src', 'cart.ts'), '')
  await writeFile(join(path, '<img src=x onerror=harm()>.cart'), '')
  const page = await comeTo(id)
  const list = page.getByRole('listbox')
  await box(page).fill('$ true')
  await button(page, 'Send').click()
  await page.getByText('completed').first().waitFor()

  await box(page).pressSequentially('/')
  await list.getByRole('option', { name: '/help' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.keyboard.press('ArrowDown')
  const active = await box(page).getAttribute('aria-activedescendant')
  expect(await page.locator(`[id="${active}"]`).textContent()).toContain('/history')
  await page.keyboard.press('Enter')
  expect(await box(page).inputValue()).toBe('/history ')
  await page.keyboard.press('Enter')
  await box(page).pressSequentially('see @')
  await list.getByRole('option').first().waitFor()
  await page.keyboard.press('Escape')
  await list.waitFor({ state: 'detached' })
  await box(page).pressSequentially('cart.')
  await list.getByRole('option', { name: '<img src=x onerror=harm()>.cart' }).waitFor({ state: 'detached' })
  await list.getByRole('option', { name: 'src/cart.ts' }).waitFor()
  await page.keyboard.press('Tab')
  expect(await box(page).inputValue()).toBe('/history \nsee @src/cart.ts ')
  await box(page).pressSequentially('@.cart')
  await list.getByRole('option', { name: '<img src=x onerror=harm()>.cart' }).click()
  expect(await box(page).inputValue()).toBe('/history \nsee @src/cart.ts @<img src=x onerror=harm()>.cart ')
})

test('modes and models are chosen from what the agent offers, and count from the next prompt on', async () => {
  const { id } = await session()
  const page = await comeTo(id)
  await box(page).fill('$ true')
  await button(page, 'Send').click()
  await page.getByText('completed').first().waitFor()
  await page.getByRole('combobox', { name: 'Mode' }).click()
  await page.getByRole('option', { name: /plan/i }).click()
  await until(async () => (await yard.admin.rest.service('sessions').get(id)).mode === 'plan')
  await box(page).fill('$ echo listed only')
  await button(page, 'Send').click()
  await page.getByText('1 listed (plan mode)').waitFor()
  const { data } = await yard.admin.rest
    .service('messages')
    .find({ query: { session_id: id, type: 'tool_call' } })
  expect((data as Message[]).map(({ preview }) => preview).join()).not.toContain('listed only')
})

let long: Promise<string> | undefined
/** The same for all who only read in it. */
const longSession = (): Promise<string> => {
  long ??= session().then(({ id }) => makeLong(yard, id, 100_000).then(() => id))
  return long
}

test('a session of 100,000 messages opens at its end, and any place of it is one step away', async () => {
  const id = await longSession()
  const page = await comeTo(id)
  const shown = (text: string) => page.getByText(text, { exact: true }).waitFor()
  const rows = () => page.locator('[data-item-index]').count()
  await shown('message 100000')
  expect(await rows()).toBeLessThan(120)

  await button(page, 'Find in this session').click()
  const found = page.getByRole('dialog', { name: 'Find in this session' })
  await found.getByRole('link', { name: /^prompt 500/ }).waitFor()
  expect(await barriers(page)).toEqual([])
  await found.getByRole('link', { name: 'To the beginning' }).click()
  await shown('prompt 1')
  await shown('message 2')
  expect(await rows()).toBeLessThan(120)

  await button(page, 'Find in this session').click()
  await found.getByRole('textbox', { name: 'Text' }).fill('NEEDLE "here')
  await found.getByText('1 with this text').waitFor()
  await found.getByRole('link', { name: /the needle/ }).click()
  await shown('the needle "here"')
  await shown('message 50002')
  expect(page.url()).toContain(`/app/sessions/${id}?message=50000`)
  expect(await rows()).toBeLessThan(120)

  const link = await visit(browser, yard, yard.admin.token, `/app/sessions/${id}?message=77777`)
  visitors.push(link)
  await link.page.locator('[data-marked]').getByText('message 77777', { exact: true }).waitFor()
  await page.getByRole('link', { name: 'An earlier place. To the end' }).click()
  await shown('message 100000')
})

test('from prompt to prompt one goes by buttons and by keys, from where one reads, within the page and beyond it', async () => {
  const id = await longSession()
  const page = await comeTo(id)
  const [previous, next] = [button(page, 'Previous prompt'), button(page, 'Next prompt')]
  const marked = (n: number) =>
    page.locator('[data-marked]').getByText(`prompt ${n}`, { exact: true }).waitFor()
  const told = (text: string) =>
    page.getByRole('group', { name: 'From prompt to prompt' }).getByRole('status').getByText(text).waitFor()
  await page.getByText('message 100000', { exact: true }).waitFor()

  // From the end to the last one, which the page has; those before it are fetched.
  await previous.click()
  await marked(500)
  await previous.click()
  await marked(499)
  expect(page.url()).toContain('?message=99601')
  // The button is still the one that was pressed: what holds it is not drawn anew with the list.
  await page.keyboard.press('Enter')
  await marked(498)
  expect(await barriers(page)).toEqual([])
  await next.click()
  await marked(499)
  await told('prompt 499')

  // A hand moves the list into what prompt 498 led to.
  await page.getByText('message 99604', { exact: true }).hover()
  await page.mouse.wheel(0, -2_000)
  // One that was not kept ready above the screen.
  await page.getByText('message 99550', { exact: true }).waitFor()
  await atRest(page)
  await page.keyboard.press('k')
  await marked(498)
  for (const prompt of [499, 500]) {
    await page.keyboard.press('j')
    await marked(prompt)
  }
  await page.keyboard.press('j')
  await page.getByText('message 100000', { exact: true }).waitFor()
  await told('The end')

  await page.goto(`${yard.url}/app/sessions/${id}?message=2`)
  await page.getByText('message 2', { exact: true }).waitFor()
  await previous.click()
  await marked(1)
  await previous.click()
  await told('No prompt before this one')
})

test('whoever reads at the end follows what comes; scrolled up, they stay, and are told of what is new', async () => {
  const { id } = await session()
  await makeLong(yard, id, 400)
  const page = await comeTo(id)
  const transcript = page.getByRole('region', { name: 'Transcript' })
  const line = (text: string) => transcript.getByText(text, { exact: true })
  const say = async (prompt: string) => {
    const task = await yard.admin.rest.service('sessions').prompt({ id, prompt })
    await until(async () => (await yard.admin.rest.service('tasks').get(task.id)).status === 'completed')
  }
  const isAtEnd = () =>
    page.evaluate(`(({ scrollTop, scrollHeight, clientHeight }) => scrollHeight - scrollTop - clientHeight < 80)(
      document.querySelector('[data-virtuoso-scroller]'))`) as Promise<boolean>
  await line('message 400').waitFor()
  await say('$ echo followed')
  await line('followed').waitFor()
  await until(isAtEnd)

  await line('message 398').hover()
  await page.mouse.wheel(0, -1_000)
  await button(page, 'To the end').waitFor()
  const middle = async () => {
    await atRest(page)
    return page.evaluate(`(({ left, top, width, height }) =>
      document.elementFromPoint(left + width / 2, top + height / 2).textContent)(
        document.querySelector('[data-virtuoso-scroller]').getBoundingClientRect())`)
  }
  const read = await middle()
  await say('$ echo unseen')
  await button(page, 'New below. To the end').waitFor()
  expect(await barriers(page)).toEqual([])
  expect([await middle(), await line('unseen').count()]).toEqual([read, 0])

  await button(page, 'New below. To the end').click()
  await line('unseen').waitFor()
  await button(page, 'New below. To the end').waitFor({ state: 'detached' })
  await say('$ echo followed again')
  await line('followed again').waitFor()
  await until(isAtEnd)
})

test('who else looks at a session is told in its head, and who types', async () => {
  const other = await yard.person()
  const worktree = await yard.worktree({ grants: [[other, 'prompt']] })
  const { id } = await yard.session(worktree.id)
  const mine = await comeTo(id)
  const visitor = await visitSession(browser, yard, other, id)
  visitors.push(visitor)
  const here = mine.getByRole('status', { name: 'Who else is here' })
  await here.getByText(other.user.name).waitFor()
  await box(visitor.page).fill('half a thought')
  await here.getByText(`${other.user.name} types`).waitFor()
  await visitor.close()
  await until(async () => (await here.textContent()) === '')
})
