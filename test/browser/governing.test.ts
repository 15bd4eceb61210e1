import type { Page } from 'playwright-core'
import type { TestDaemon } from '../daemon'
import { until } from '../faults/kit/until'
import { barriers } from './kit/browser'
import { setStage } from './kit/stage'

const stage = setStage()
let yard: TestDaemon
beforeAll(() => {
  yard = stage.yard
})

const { come } = stage
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

test('an admin invites somebody into a team, who comes by the link and chooses a password', async () => {
  const page = await come(yard.admin.token, '/app/admin/teams')
  await page.getByRole('textbox', { name: 'Name of the new team' }).fill('backend')
  await button(page, 'Make the team').click()
  await page.getByRole('region', { name: 'backend' }).waitFor()
  await page.reload()
  await page.getByRole('region', { name: 'backend' }).waitFor()
  expect(await barriers(page)).toEqual([])

  await page.getByRole('link', { name: 'People' }).click()
  await button(page, 'Invite').click()
  await page.getByRole('textbox', { name: 'E-mail' }).fill('new@example.com')
  await page.getByRole('textbox', { name: 'Name' }).fill('Newcomer')
  await page.getByRole('combobox', { name: 'Teams' }).click()
  await page.getByRole('option', { name: 'backend' }).click()
  await page.keyboard.press('Tab')
  expect(await barriers(page)).toEqual([])
  await button(page, 'Make a link').click()
  const link = await page.getByRole('textbox', { name: 'Link' }).inputValue()
  await button(page, 'Done').click()
  await page.getByRole('row', { name: /Newcomer.*backend/ }).waitFor()
  expect(await page.content()).not.toContain(new URL(link).hash)
  expect(await barriers(page)).toEqual([])

  const other = await come(null, new URL(link).pathname + new URL(link).hash)
  await other.getByRole('textbox', { name: 'Password' }).fill('a password of my own')
  await button(other, 'Set the password').click()
  await other.getByRole('link', { name: 'Needs me' }).waitFor()
  expect(await other.getByRole('link', { name: 'Admin' }).count()).toBe(0)

  // Disabled, they are out at once.
  stage.mayBeRefused(other, 401)
  await button(page, 'More of Newcomer').click()
  await page.getByRole('menuitem', { name: 'Disable' }).click()
  await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click()
  await page.getByText('disabled', { exact: true }).waitFor()
  await other.getByRole('dialog').waitFor()
})

test('the last admin stays one, in words', async () => {
  const page = await come(yard.admin.token, '/app/admin/people')
  await page.getByRole('combobox', { name: `Role of ${yard.admin.user.name}` }).click()
  await page.getByRole('option', { name: 'viewer' }).click()
  await page.getByRole('alert').getByText('admin').first().waitFor()
})

test('the audit log is filtered, and the filters stand in the address; members get none of it', async () => {
  // What was refused in other tests is written behind, and would be told as new.
  await yard.daemon.yard.audit.flush()
  const page = await come(yard.admin.token, '/app/admin/audit')
  await page.getByRole('cell', { name: /^teams create/ }).waitFor()
  expect(await barriers(page)).toEqual([])
  await page.getByRole('combobox', { name: 'Of what' }).click()
  await page.getByRole('option', { name: 'invitations' }).click()
  await page.getByRole('cell', { name: /^teams create/ }).waitFor({ state: 'detached' })
  await page.getByRole('cell', { name: /^invitations create/ }).waitFor()
  expect(page.url()).toContain('resource=invitations')
  await yard.admin.rest.service('teams').create({ name: 'another' })
  await button(page, 'Show 1 new').waitFor()

  const member = await yard.person()
  const closed = await come(member.token, '/app/admin/audit')
  await closed.getByText('For admins').waitFor()
})

test('the runtime tells how it keeps agents apart, and which there are', async () => {
  const page = await come(yard.admin.token, '/app/admin/runtimes')
  await page.getByText(/^0 of \d+ at once$/).waitFor()
  await page.getByRole('cell', { name: /shell/i }).first().waitFor()
  expect(await barriers(page)).toEqual([])
})

test('an account: a key is set and never seen again, a token is seen once, and signing out everywhere does', async () => {
  const person = await yard.person()
  const page = await come(person.token, '/app/account')
  await page.getByRole('textbox', { name: 'Name in commits' }).fill('Ann Author')
  await button(page, 'Save').click()
  await page.getByRole('textbox', { name: 'Variable' }).fill('TEST_KEY')
  await page.getByRole('textbox', { name: 'Value' }).fill('very secret')
  await button(page, 'Set').click()
  await page.getByRole('cell', { name: 'TEST_KEY', exact: true }).waitFor()
  await until(async () => (await page.getByRole('textbox', { name: 'Value' }).inputValue()) === '')

  await button(page, 'New token').click()
  const dialog = page.getByRole('dialog')
  await dialog.getByRole('textbox', { name: 'Name', exact: true }).fill('nightly')
  await button(page, 'Make the token').click()
  const token = await page.getByRole('textbox', { name: 'Token' }).inputValue()
  expect(token).not.toBe('')
  await button(page, 'Done').click()
  await page.getByRole('cell', { name: 'nightly', exact: true }).waitFor()
  expect(await barriers(page)).toEqual([])
  const me = await person.rest.service('users').get(person.user.id)
  expect(me.git_name).toBe('Ann Author')

  stage.mayBeRefused(page, 401)
  await button(page, 'Sign out everywhere').click()
  await button(page, 'Sign in').waitFor()
  await expect(person.rest.service('users').get(person.user.id)).rejects.toMatchObject({ code: 401 })
})
