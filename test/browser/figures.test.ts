import type { Page } from 'playwright-core'
import type { TestDaemon } from '../daemon'
import { barriers } from './kit/browser'
import { setStage } from './kit/stage'

const stage = setStage()
let yard: TestDaemon
beforeAll(() => {
  yard = stage.yard
})

const { come } = stage

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
  await page.getByRole('img', { name: 'Runs at once' }).locator('svg .recharts-line').first().waitFor()
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

test('a family is a picture: links that say what came from what, in reach of keys, which scrolls in its box', async () => {
  const { rest, token } = yard.admin
  const worktree = await yard.worktree()
  const source = await yard.session(worktree.id, yard.admin, { title: 'Mend the roof' })
  const spawn = (title: string) =>
    rest.service('sessions').spawn({ id: source.id, title, prompt: 'hello', notify_parent: false })
  const child = await spawn('Find the hole')
  const fork = await rest.service('sessions').fork({ id: child.id, worktree: 'same' })
  await rest.service('sessions').patch(fork.id, { title: 'A much longer title than has room' })
  for (let further = 0; further < 12; further++) await spawn(`Tile ${further}`)

  const page = await come(token, `/app/sessions/${child.id}`)
  const family = page.getByRole('navigation', { name: 'Family' })
  await family.getByRole('link', { name: /^Mend the roof [a-z]+$/ }).waitFor()
  const forked = family.getByRole('link', { name: /^A much longer .*, forked from Find the hole$/ })
  expect(await family.getByRole('link').count()).toBe(15)
  expect(await family.locator('[aria-current=page]').getAttribute('aria-label')).toMatch(/^Find the hole/)
  expect(await family.locator('path[data-kind=fork]').count()).toBe(1)
  expect(await page.locator('svg [style]').count()).toBe(0)
  await openToAll(page, 'family')
  await forked.focus()
  await page.keyboard.press('Enter')
  await page.waitForURL(`**/app/sessions/${fork.id}`)

  const narrow = await come(token, `/app/sessions/${fork.id}`, { width: 390, height: 844 })
  await narrow.getByRole('button', { name: 'About this session' }).click()
  const current = narrow.getByRole('dialog').getByRole('link', { name: /^A much longer/ })
  await current.scrollIntoViewIfNeeded()
  expect(await barriers(narrow)).toEqual([])
  expect(await narrow.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
  if (process.env.SHOTS) await narrow.screenshot({ path: `${process.env.SHOTS}/family-phone.png` })
})

test('an admin sees every grant and token, and takes them back', async () => {
  const [person, worktree] = [await yard.person(), await yard.worktree()]
  const { rest } = yard.admin
  await rest.service('grants').create({ worktree_id: worktree.id, user_id: person.user.id, level: 'view' })
  await person.rest.service('api-tokens').create({ name: 'nightly', scopes: ['read'] })

  const page = await come(yard.admin.token, '/app/admin/grants')
  const dialog = page.getByRole('dialog')
  await page.getByRole('combobox', { name: 'Person or team' }).click()
  await page.getByRole('option', { name: person.user.name }).click()
  await page.getByRole('row', { name: new RegExp(`${person.user.name} look`) }).waitFor()
  expect(await page.getByRole('row').count()).toBe(2)
  await openToAll(page, 'grants')
  await page.getByRole('button', { name: `Take it from ${person.user.name}` }).click()
  await dialog.getByRole('button', { name: 'Take back' }).click()
  await page.getByText('No grant fits').waitFor()
  await expect(person.rest.service('worktrees').get(worktree.id)).rejects.toMatchObject({ code: 404 })

  await page.getByRole('link', { name: 'API tokens' }).click()
  await page.getByRole('row', { name: new RegExp(`${person.user.name} nightly Look`) }).waitFor()
  await openToAll(page, 'tokens')
  await page.getByRole('button', { name: 'Revoke nightly' }).click()
  await dialog.getByRole('button', { name: 'Revoke' }).click()
  await page.getByText('No token yet').waitFor()
  expect((await person.rest.service('api-tokens').find()).total).toBe(0)

  await page.getByRole('link', { name: 'Settings' }).click()
  await page.getByRole('row', { name: /YARDMASTER_RECONNECT_GRACE 15min default/ }).waitFor()
  await page.getByRole('row', { name: /YARDMASTER_ADMIN_PASSWORD \(set, hidden\) environment/ }).waitFor()
  await openToAll(page, 'settings')
})

test('what was answered for good in a worktree is listed there and taken back; its size is told', async () => {
  const worktree = await yard.worktree()
  const { id } = await yard.session(worktree.id)
  await yard.database.db.query({
    text: `insert into allowances (id, session_id, worktree_id, kind, title, subject, option_kind, option_name)
      values (gen_random_uuid(), $1, $2, 'execute', $3, '{}', 'allow_always', 'Always')`,
    values: [id, worktree.id, 'rm -r \u202e old'],
  })
  const page = await come(yard.admin.token, '/app/worktrees')
  await page
    .getByRole('row', { name: /\d (B|KB) / })
    .first()
    .waitFor()
  expect(await barriers(page)).toEqual([])
  await page.goto(`${yard.url}/app/worktrees/${worktree.id}`)
  await page.getByText('⟨U+202E⟩').waitFor()
  await page.getByText(/\d (B|KB) on the disk/).waitFor()
  await openToAll(page, 'worktree-allowances')
  await page.getByRole('button', { name: /^Take back/ }).click()
  await page.getByRole('heading', { name: 'Answered for good' }).waitFor({ state: 'detached' })
  expect((await yard.admin.rest.service('allowances').find()).total).toBe(0)
})
