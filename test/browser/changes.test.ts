import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Browser } from 'playwright-core'
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

test('changes are read file by file, and comments on their lines become the next prompt', async () => {
  const worktree = await yard.worktree()
  const session = await yard.session(worktree.id)
  const hostile = '<img src=x onerror=alert(1)>.txt'
  await Promise.all([
    writeFile(join(worktree.path, 'greet.ts'), 'export const greet = () => "hello"\nconst word = 1'),
    writeFile(join(worktree.path, hostile), '<script>alert(1)</script>\n\u202e reversed\n'),
    writeFile(join(worktree.path, 'bundle.js'), `${'x'.repeat(150_000)}\n`),
    writeFile(join(worktree.path, 'picture.png'), Buffer.from([0x89, 0, 1, 2, 0])),
  ])
  const { page, complaints, close } = await visit(
    browser,
    yard,
    yard.admin.token,
    `/app/sessions/${session.id}`,
  )
  const button = (name: string) => page.getByRole('button', { name, exact: true })

  await page.getByRole('link', { name: 'Changes' }).click()
  await page.getByText('export const greet').waitFor()
  await page.getByText('<script>alert(1)</script>').waitFor()
  await page.getByText('⟨U+202E⟩').waitFor()
  await page.getByText('A binary file.').waitFor()
  await page.getByText('no newline at the end').waitFor()
  expect(await page.getByText('xxxxxx').count()).toBe(0)
  await button('Show them').click()
  await page.getByText('148000 more characters').waitFor()

  await page.getByRole('navigation', { name: 'Changed files' }).getByText('greet.ts').click()
  const line = page.getByText('const word = 1').locator('xpath=ancestor::*[@data-kind="added"]')
  await line.getByRole('button', { name: 'Comment on line 2' }).click()
  const comment = page.getByRole('textbox', { name: 'Comment on greet.ts, line 2' })
  await comment.and(page.locator(':focus')).waitFor()
  await page.keyboard.type('Call it greeting')
  expect(await barriers(page)).toEqual([])
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/changes-light.png` })

  // Kept over another page, a reload, and the other way to see it.
  await page.getByRole('link', { name: 'Board' }).click()
  await page.getByRole('heading', { name: 'Board' }).waitFor()
  await page.goBack()
  await page.reload()
  await page.getByText('Side by side').click()
  await until(async () => (await comment.inputValue()) === 'Call it greeting')
  await page.emulateMedia({ colorScheme: 'dark' })
  expect(await barriers(page)).toEqual([])
  if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/changes-dark.png` })

  await button('Send to the agent').click()
  await page.getByRole('textbox', { name: 'Prompt' }).waitFor()
  const { data } = await yard.admin.rest.service('tasks').find({ query: { session_id: session.id } })
  expect(data.map(({ prompt }) => prompt)).toEqual([
    'A comment on the changes:\n\ngreet.ts, line 2:\n> const word = 1\n\nCall it greeting',
  ])
  expect(complaints).toEqual([])
  await close()
})
