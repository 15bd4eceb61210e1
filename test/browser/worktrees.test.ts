import type { Browser, Page } from 'playwright-core'
import { startTestDaemon, type TestDaemon } from '../daemon'
import { until } from '../faults/kit/until'
import { barriers, openBrowser, visit } from './kit/browser'

let yard: TestDaemon
let browser: Browser
beforeAll(async () => {
  ;[yard, browser] = await Promise.all([startTestDaemon(), openBrowser()])
})
afterAll(async () => {
  await browser.close()
  await yard.stop()
})

const shot = async (page: Page, name: string) => {
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png` })
}

test('an owner lets somebody in, who can prompt, and takes it back, which closes it before their eyes', async () => {
  const [person, { id }] = await Promise.all([yard.person(), yard.worktree()])
  const session = await yard.session(id)
  await yard.admin.rest.service('worktrees').patch(id, { others_can: 'none' })
  const [mine, theirs] = await Promise.all([
    visit(browser, yard, yard.admin.token, '/app/worktrees'),
    visit(browser, yard, person.token, '/app/worktrees'),
  ])
  const owner = mine.page
  const other = theirs.page
  await other.getByText('No worktree yet').waitFor()

  await owner.getByRole('link', { name: /\/ wt-/ }).waitFor()
  expect(await barriers(owner)).toEqual([])
  await shot(owner, 'worktrees-light')
  await owner.getByRole('link', { name: /\/ wt-/ }).click()
  await owner.getByRole('combobox', { name: 'Person or team' }).click()
  await owner.getByRole('option', { name: person.user.name }).click()
  await owner.getByRole('button', { name: 'Grant', exact: true }).click()
  await owner.getByRole('row', { name: new RegExp(`${person.user.name}.*prompt granted`) }).waitFor()
  expect(await barriers(owner)).toEqual([])
  await shot(owner, 'worktree-light')
  await owner.emulateMedia({ colorScheme: 'dark' })
  await owner.getByRole('link', { name: 'New session' }).hover()
  expect(await barriers(owner)).toEqual([])
  await shot(owner, 'worktree-dark')

  // Being let in has no event of its own; whoever looks again sees it.
  await other.reload()
  await other.getByRole('link', { name: /\/ wt-/ }).click()
  await other.getByRole('heading', { name: /\/ wt-/ }).waitFor()
  expect(await other.getByRole('button', { name: 'Archive' }).isDisabled()).toBe(true)
  expect(await barriers(other)).toEqual([])
  await shot(other, 'worktree-other')
  await person.rest.service('tasks').create({ session_id: session.id, prompt: 'Hello' })

  await owner.getByRole('button', { name: `Take it from ${person.user.name}` }).click()
  await other.getByText('There is no such worktree').waitFor()
  await owner.getByRole('row', { name: person.user.name }).first().waitFor({ state: 'detached' })
  expect([...mine.complaints, ...theirs.complaints]).toEqual([])
  await Promise.all([mine.close(), theirs.close()])
})

test('archiving asks first, tells of work that is not committed, and can be undone', async () => {
  const { id } = await yard.worktree()
  const session = await yard.session(id, yard.admin, { permission_mode: 'auto' })
  const tasks = yard.admin.rest.service('tasks')
  const { id: task } = await tasks.create({ session_id: session.id, prompt: '$ echo new > new.txt' })
  await until(async () => (await tasks.get(task)).status === 'completed')
  const { page, complaints, close } = await visit(browser, yard, yard.admin.token, `/app/worktrees/${id}`)
  await page.getByRole('button', { name: 'Archive', exact: true }).click()
  await page.getByRole('dialog').getByText('Archive wt-').waitFor()
  await page.getByText('changes that are not committed').waitFor()
  expect(await barriers(page)).toEqual([])
  await shot(page, 'worktree-archive')
  await page.getByRole('button', { name: 'Archive it' }).click()
  await page.getByRole('button', { name: 'Take out of the archive' }).click()
  await page.getByRole('button', { name: 'Archive', exact: true }).waitFor()
  expect(complaints).toEqual([])
  await close()
})
