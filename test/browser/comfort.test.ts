import type { Locator, Page } from 'playwright-core'
import type { Person, TestDaemon } from '../daemon'
import { until } from '../faults/kit/until'
import { openPushService } from '../push-service'
import { barriers, beyondTheScreen, overlaps, sideways } from './kit/browser'
import { setStage } from './kit/stage'

const stage = setStage({ push_to_loopback: true })
let yard: TestDaemon
beforeAll(() => {
  yard = stage.yard
})

const come = ({ token }: Person, path: string, viewport?: { width: number; height: number }) =>
  stage.come(token, path, viewport)
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true })
const phone = { width: 390, height: 844 }
const wide = { width: 2560, height: 1440 }

test('on a phone a prompt is sent, what is asked is answered, and no page is wider than the screen', async () => {
  const worktree = await yard.worktree()
  const { id } = await yard.session(worktree.id)
  const page = await come(yard.admin, `/app/sessions/${id}`, phone)
  await page
    .getByRole('textbox', { name: 'Prompt' })
    .fill(`$ echo ${'a-word-too-long-for-a-phone-'.repeat(8)}`)
  await button(page, 'Send').click()
  await button(page, 'Allow').waitFor()
  expect(await beyondTheScreen(page)).toEqual([])
  expect(await barriers(page)).toEqual([])
  expect(await sideways(page)).toEqual([])
  await button(page, 'Allow').click()
  await page.getByText('completed').first().waitFor()
  await button(page, 'About this session').click()
  await page.getByRole('dialog').getByRole('combobox').first().waitFor()
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

test('on a wide screen tables and the board use the room, lines of prose stay short, and nothing lies on anything', async () => {
  const worktree = await yard.worktree()
  const { id } = await yard.session(worktree.id, yard.admin, { title: 'Mend the gate' })
  const prose = `Words that go on and on, ${'as people write them when they explain, '.repeat(12)}and end.`
  await yard.admin.rest.service('sessions').prompt({ id, prompt: prose })
  const page = await come(yard.admin, `/app/sessions/${id}`, wide)
  await page.getByText('completed').first().waitFor()
  const place = async (found: Locator) => (await found.first().boundingBox())!
  const [side, said, box] = [
    await place(page.getByRole('complementary', { name: 'About this session' })),
    await place(page.getByText('You wrote: Words')),
    await place(page.getByRole('textbox', { name: 'Prompt' })),
  ]
  expect(side.x + side.width).toBe(wide.width)
  // Lines of more than about a hundred characters lose the eye on its way back.
  for (const one of [said, box]) expect([one.width < 900, one.x + one.width < side.x]).toEqual([true, true])

  const pages = ['', 'board', 'sessions', 'new', 'worktrees', `worktrees/${worktree.id}`, 'usage', 'account']
  const admin = ['people', 'runtimes', 'audit']
  for (const path of [
    `sessions/${id}`,
    `sessions/${id}/changes`,
    ...pages,
    ...admin.map((one) => `admin/${one}`),
  ]) {
    await page.goto(`${yard.url}/app/${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.getByRole('status').getByText('Live').waitFor({ state: 'attached' })
    expect([path, await sideways(page), await overlaps(page)]).toEqual([path, [], []])
  }
  await page.goto(`${yard.url}/app/sessions`)
  await until(async () => (await place(page.getByRole('table'))).width > wide.width * 0.8)
  await page.goto(`${yard.url}/app/board`)
  // Its columns come as their sessions do.
  await until(async () => {
    const last = await place(page.getByRole('region').last())
    return last.x + last.width > wide.width * 0.95
  })
})

test('what waits for me is pushed, shown by the worker, and a click leads there', async () => {
  const service = await openPushService()
  const { subscription, count } = service.subscribe()
  await yard.admin.rest.service('push-subscriptions').create(subscription)
  const { id } = await yard.session((await yard.worktree()).id, yard.admin, { title: 'Paint the shed' })
  const page = await come(yard.admin, '/app/')
  await page.context().grantPermissions(['notifications'], { origin: yard.url })
  await page.evaluate('navigator.serviceWorker.ready.then(() => null)')
  await yard.admin.rest.service('sessions').prompt({ id, prompt: '$ echo painted' })
  const [{ message }] = (await count(1)) as [Awaited<ReturnType<typeof count>>[0]]
  await service.close()

  // No push service carries it here: from where it arrives in the browser on, it is as it would be.
  const browser = await page.context().newCDPSession(page)
  const registered = new Promise<string>((resolve) =>
    browser.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const ours = registrations.find(({ scopeURL }) => scopeURL === `${yard.url}/app/`)
      if (ours) resolve(ours.registrationId)
    }),
  )
  await browser.send('ServiceWorker.enable')
  await browser.send('ServiceWorker.deliverPushMessage', {
    origin: yard.url,
    registrationId: await registered,
    data: JSON.stringify(message),
  })
  const shown = () =>
    page.evaluate(`navigator.serviceWorker.getRegistration('/app/')
      .then((registration) => registration.getNotifications())
      .then((all) => all.map(({ title, body }) => title + ': ' + body))`)
  await until(async () => ((await shown()) as string[])[0] === 'An agent asks: Paint the shed')

  const [worker] = page.context().serviceWorkers()
  await worker!.evaluate(`self.registration.getNotifications().then(([notification]) =>
    self.dispatchEvent(new NotificationEvent('notificationclick', { notification })))`)
  // The page that it comes from has such a button, too.
  await page.waitForURL(`${yard.url}/app/sessions/${id}`)
  await button(page, 'Allow').waitFor()
  await until(async () => ((await shown()) as string[]).length === 0)
})

test('a page that nobody looks at has what waits shown without any push, one that is looked at does not', async () => {
  const person = await yard.person()
  // Let in before they come, since nobody is told when they are.
  const letIn = () => yard.worktree({ grants: [[person, 'session']] })
  const worktrees = [await letIn(), await letIn()]
  const page = await come(person, '/app/')
  await page.context().grantPermissions(['notifications'], { origin: yard.url })
  await page.evaluate('navigator.serviceWorker.ready.then(() => null)')
  await page.getByRole('status').getByText('Live').waitFor({ state: 'attached' })
  let waiting = 0
  const asks = async (title: string): Promise<string> => {
    const { id } = await yard.session(worktrees[waiting]!.id, person, { title })
    await person.rest.service('sessions').prompt({ id, prompt: '$ echo painted' })
    await page.getByRole('link', { name: title }).waitFor()
    waiting += 1
    await until(async () => (await button(page, 'Allow').count()) === waiting)
    return id
  }
  const shown = () =>
    page.evaluate(`navigator.serviceWorker.getRegistration('/app/')
      .then((registration) => registration.getNotifications())
      .then((all) => all.map(({ title, body }) => title + ': ' + body))`) as Promise<string[]>

  await asks('Seen')
  // A page that a test drives has the focus always. This one is behind another window from here on.
  await page.evaluate('document.hasFocus = () => false')
  const id = await asks('Not looked at')
  await until(async () => (await shown()).length > 0)
  expect(await shown()).toEqual(['An agent asks: Not looked at'])

  const [worker] = page.context().serviceWorkers()
  await worker!.evaluate(`self.registration.getNotifications().then(([notification]) =>
    self.dispatchEvent(new NotificationEvent('notificationclick', { notification })))`)
  await page.waitForURL(`${yard.url}/app/sessions/${id}`)
  await page.getByRole('textbox', { name: 'Prompt' }).waitFor()
})

test('the app can be installed, and its worker keeps nothing', async () => {
  const page = await come(yard.admin, '/app/')
  const errors = await (await page.context().newCDPSession(page)).send('Page.getInstallabilityErrors')
  // The one thing that speaks against it is the test's own.
  expect(errors.installabilityErrors.map(({ errorId }) => errorId)).toEqual(['in-incognito'])
  const headers = (path: string) => fetch(`${yard.url}/app/${path}`).then(({ headers }) => headers)
  const worker = await headers('worker.js')
  expect(worker.get('content-type')).toMatch(/javascript/)
  expect(worker.get('cache-control')).toBe('no-cache')
  expect((await headers('manifest.webmanifest')).get('content-type')).toMatch('application/manifest+json')
  await page.evaluate('navigator.serviceWorker.ready.then(() => null)')
  await page.reload()
  await page.getByRole('heading', { name: 'Needs me' }).waitFor()
  expect(await page.evaluate('caches.keys()')).toEqual([])
})

test('by keys alone one goes anywhere, and what is being written is left alone', async () => {
  const { id } = await yard.session((await yard.worktree()).id, yard.admin, { title: 'Mend the fence' })
  const page = await come(yard.admin, '/app/')
  // One right after the other, as a hand does it: keys that come late are no shortcut any more.
  const press = (...keys: string[]) => Promise.all(keys.map((key) => page.keyboard.press(key)))
  const focused = () => page.evaluate('document.activeElement.id || document.activeElement.textContent')
  await page.getByRole('link', { name: 'Mend the fence' }).waitFor()
  await press('Tab')
  expect(await focused()).toBe('Skip to the content')
  await press('Enter')
  await until(async () => (await focused()) === 'content')

  await press('Control+k')
  const search = page.getByRole('textbox', { name: 'Go to or do' })
  await search.fill('fence')
  await page.getByRole('dialog').getByRole('button', { name: 'Mend the fence' }).waitFor()
  expect(await barriers(page)).toEqual([])
  await press('ArrowDown', 'Enter')
  const box = page.getByRole('textbox', { name: 'Prompt' })
  await box.click()
  await press('g', 'b', '?', 'n')
  expect(await box.inputValue()).toBe('gb?n')
  expect(page.url()).toBe(`${yard.url}/app/sessions/${id}`)

  await box.evaluate((field) => (field as unknown as { blur(): void }).blur())
  await press('g', 's')
  await page.getByRole('heading', { name: 'All sessions' }).waitFor()
  await press('/')
  await page.keyboard.type('fence')
  await until(() => page.url().includes('text=fence'))
  await page.getByRole('link', { name: 'Mend the fence' }).focus()
  await press('g', 'b')
  await page.getByRole('heading', { name: 'Board' }).waitFor()
  await page.getByRole('link', { name: 'Mend the fence' }).waitFor()
  await press('j')
  await until(async () => (await page.locator(':focus').getAttribute('href'))?.startsWith('/app/sessions/'))
  await press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  expect(await barriers(page)).toEqual([])
})
