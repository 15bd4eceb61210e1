import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { git } from '@yardmaster/git'
import type { Page } from 'playwright-core'
import { makeLinkToken } from '../../apps/daemon/src/sign-in/links'
import type { Person, TestDaemon } from '../daemon'
import { executorOf } from '../faults/kit/processes'
import { until } from '../faults/kit/until'
import { barriers } from './kit/browser'
import { setStage } from './kit/stage'

// A test keeps an executor from carrying out a stop; how long it may take is not what is tested.
const stage = setStage({ intervals: { stop_grace: 600_000 } })
let yard: TestDaemon
beforeAll(() => {
  yard = stage.yard
})

const come = (person: Person | null, path?: string) => stage.come(person?.token ?? null, path)
const { comeTo } = stage
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })

/** A session of the admin's, in a worktree where others have leave. */
async function session(grants: [Person, 'view' | 'prompt'][] = [], more: object = {}) {
  const worktree = await yard.worktree({ grants })
  return { ...(await yard.session(worktree.id, yard.admin, more)), path: worktree.path }
}

test('from a one-time link to the first answer, in a repository that is added on the way', async () => {
  const repo = await mkdtemp(join(tmpdir(), 'yardmaster-repo-'))
  await git(['init', '-q', '-b', 'main'], { cwd: repo })
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
  await git([...author, 'commit', '-q', '--allow-empty', '-m', 'Begin'], { cwd: repo })
  const newcomer = await yard.person('admin')
  const token = await makeLinkToken(yard.database.db, newcomer.user.id)

  const page = await come(null, `/app/#token=${token}`)
  await page.getByRole('textbox', { name: 'Password' }).fill('a password of my own')
  expect(page.url()).toBe(`${yard.url}/app/`)
  expect(await barriers(page)).toEqual([])
  await button(page, 'Set the password').click()
  await page.getByRole('link', { name: 'Begin the first one' }).click()
  await page.getByText('Add a repository').click()
  await page.getByRole('textbox', { name: 'Repository' }).fill(repo)
  await page.getByRole('textbox', { name: 'Prompt' }).fill('Greet us\n$ echo hello from the yard')
  expect(await barriers(page)).toEqual([])
  await page.keyboard.press('Control+Enter')

  await button(page, 'Allow').click()
  await page.getByText('hello from the yard', { exact: true }).waitFor()
  await page.getByText('completed').first().waitFor()
  // Looked at, it waits for nobody any more.
  await until(async () => (await page.title()) === 'Greet us · Yardmaster')
  expect(await barriers(page)).toEqual([])
  await rm(repo, { recursive: true })
})

test('where a file is refused the next try goes on with the session that was made, and none is left without a prompt', async () => {
  const person = await yard.person()
  const worktree = await yard.worktree({ grants: [[person, 'session']] })
  const titles = async () => {
    const { data } = await person.rest.service('sessions').find({
      query: { worktree_id: worktree.id, archived_at: null },
    })
    return data.map(({ title }) => title)
  }
  const page = await come(person, `/app/new?worktree=${worktree.id}`)
  stage.mayBeRefused(page, 400)
  const fill = async (prompt: string) => {
    await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt)
    const buffer = Buffer.from('no picture')
    await page.locator('input[type=file]').setInputFiles([{ name: 'a.png', mimeType: 'image/png', buffer }])
    await button(page, 'Begin').click()
    await page.getByRole('alert').getByText('is not of the type image/png').waitFor()
  }
  await fill('Look at it')
  await page.getByText('The agent has heard nothing yet.').waitFor()
  expect(await barriers(page)).toEqual([])
  const refused = page.waitForResponse(`${yard.url}/attachments`)
  await button(page, 'Begin').click()
  expect((await refused).status()).toBe(400)
  expect(await titles()).toEqual(['Look at it'])
  await button(page, 'Take a.png back').click()
  await button(page, 'Begin').click()
  await page.getByRole('article', { name: 'Prompt' }).getByText('Look at it').waitFor()
  expect(await titles()).toEqual(['Look at it'])

  await page.goto(`${yard.url}/app/new?worktree=${worktree.id}`)
  await fill('Never mind')
  expect((await titles()).sort()).toEqual(['Look at it', 'Never mind'])
  await page.getByRole('link', { name: 'Board' }).click()
  await until(async () => (await titles()).join() === 'Look at it')
})

test('what an agent asks is answered by a second person, and gone for the first', async () => {
  const [helper, watcher] = [await yard.person(), await yard.person()]
  const { id } = await session([
    [helper, 'prompt'],
    [watcher, 'view'],
  ])
  const mine = await comeTo(yard.admin, id)
  await mine.getByRole('textbox', { name: 'Prompt' }).fill('$ echo answered')
  await button(mine, 'Send').click()
  await button(mine, 'Allow').waitFor()

  const watching = await comeTo(watcher, id)
  await button(watching, 'Allow').waitFor()
  expect(await button(watching, 'Allow').isDisabled()).toBe(true)

  const helping = await come(helper)
  await button(helping, 'Allow').waitFor()
  await until(async () => (await helping.title()) === '(1) Needs me · Yardmaster')
  expect(await barriers(helping)).toEqual([])
  await button(helping, 'Allow').click()

  for (const page of [mine, watching]) {
    await page.getByText('answered', { exact: true }).waitFor()
    await page.getByText(`Allow · ${helper.user.name}`).waitFor()
    await page.getByRole('region', { name: 'Waits for an answer' }).waitFor({ state: 'detached' })
  }
  await helping.getByRole('heading', { name: 'Asks' }).waitFor({ state: 'detached' })
  await until(async () => (await helping.title()) === 'Needs me · Yardmaster')
})

test('a stop says how far it has come, and what waits behind it is held until somebody lets it go on', async () => {
  const { id } = await session([], { permission_mode: 'auto' })
  const page = await comeTo(yard.admin, id)
  const box = page.getByRole('textbox', { name: 'Prompt' })
  const say = async (text: string, by: string) => {
    await box.fill(text)
    await button(page, by).click()
    await until(async () => (await box.inputValue()) === '')
  }
  await say('$ trap "" TERM; echo begun; while :; do sleep 0.2; done', 'Send')
  await page.getByText('begun', { exact: true }).waitFor()
  await say('$ echo first', 'Queue')
  await say('$ echo second', 'Queue')
  await page.getByText('2 waiting').waitFor()
  await page.getByRole('button', { name: 'Move up' }).nth(1).click()
  const queued = page.getByRole('region', { name: 'Queue' }).getByRole('listitem')
  await queued.first().filter({ hasText: 'echo second' }).waitFor()
  // Kept from carrying it out until it is told: a stop is over within seconds.
  const query = { session_id: id, status: 'running' }
  const { data } = await yard.admin.rest.service('tasks').find({ query })
  const executor = await executorOf(yard.home, data[0]!)
  process.kill(executor.pid, 'SIGSTOP')
  await button(page, 'Stop').click()
  await page.getByRole('button', { name: /^Stopping/ }).waitFor()
  process.kill(executor.pid, 'SIGCONT')
  await page.getByText('2 waiting, held since a prompt stopped').waitFor()
  await button(page, 'Continue').click()
  await page.getByText('first', { exact: true }).waitFor()
  const transcript = await page.getByRole('region', { name: 'Transcript' }).textContent()
  expect(transcript).toMatch(/echo second[\s\S]*echo first/)
})

test('send now stops what runs and goes first', async () => {
  const { id } = await session([], { permission_mode: 'auto' })
  const page = await comeTo(yard.admin, id)
  const box = page.getByRole('textbox', { name: 'Prompt' })
  await box.fill('$ echo begun; sleep 1000')
  await button(page, 'Send').click()
  await page.getByText('begun', { exact: true }).waitFor()
  await box.fill('$ echo instead')
  await button(page, 'Send now').click()
  await page.getByText('instead', { exact: true }).waitFor()
  await page.getByText('stopped').first().waitFor()
})

test('hostile content stays text', async () => {
  const { id } = await session([], { permission_mode: 'auto' })
  const page = await comeTo(yard.admin, id)
  const script = '<script>window.harmed=1</script><img src=x onerror="window.harmed=1">'
  const prompt = [
    `${script} [a link](javascript:window.harmed=1) ![a picture](https://example.com/seen.png)`,
    `$ touch '<img src=x onerror=harm()>' && ls`,
    String.raw`$ printf '\033]0;renamed\007\033[2J\033[1;1H<b>not bold</b>\033[31mred\033[0m\033]8;;javascript:harm()\007link\033]8;;\007\n'`,
    `$ head -c 20000 /dev/zero | tr '\\0' x`,
  ].join('\n')
  await page.getByRole('textbox', { name: 'Prompt' }).fill(prompt)
  await button(page, 'Send').click()
  await page.getByText('completed').first().waitFor()

  const shown = await page.getByRole('region', { name: 'Transcript' }).textContent()
  expect(shown).toContain('<b>not bold</b>red')
  expect(shown).not.toContain('\u001b')
  expect(await page.getByText('red', { exact: true }).getAttribute('class')).toContain('term-ansi-red')
  expect(await page.evaluate('window.harmed')).toBeUndefined()
  expect(await page.title()).toMatch(/Session \w+ · Yardmaster$/)
  for (const made of ['section script', 'section img', 'section b', 'a[href^="javascript:"]'])
    expect([made, await page.locator(made).count()]).toEqual([made, 0])
  expect(await page.evaluate('document.documentElement.scrollWidth <= innerWidth')).toBe(true)
})

test('what one is asked to allow shows the characters that one would not see', async () => {
  const { id } = await session()
  const page = await comeTo(yard.admin, id)
  await page.getByRole('textbox', { name: 'Prompt' }).fill('$ echo safe\u202e\u200b \u0007')
  await button(page, 'Send').click()
  await button(page, 'Refuse').waitFor()
  const asked = page.getByRole('region', { name: 'The agent asks for leave' })
  expect(await asked.textContent()).toContain('echo safe⟨U+202E⟩⟨U+200B⟩')
  expect(await asked.locator('mark').count()).toBeGreaterThan(1)
  await button(page, 'Refuse').click()
  await asked.waitFor({ state: 'detached' })
})

test('a sign-in that ends keeps what was being written', async () => {
  const person = await yard.person()
  const worktree = await yard.worktree({ grants: [[person, 'session']] })
  const { id } = await yard.session(worktree.id, person)
  const page = await comeTo(person, id)
  const box = page.getByRole('textbox', { name: 'Prompt' })
  await box.fill('half a thought')
  const password = 'another password'
  await yard.admin.rest.service('users').patch(person.user.id, { password })

  const dialog = page.getByRole('dialog', { name: 'Your sign-in has ended' })
  await dialog.getByRole('textbox', { name: 'Password' }).fill(password)
  await button(page, 'Sign in').click()
  await dialog.waitFor({ state: 'detached' })
  expect(await box.inputValue()).toBe('half a thought')
  await button(page, 'Send').click()
  await page.getByRole('article', { name: 'Prompt' }).waitFor()
})
