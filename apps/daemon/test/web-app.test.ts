import { once } from 'node:events'
import { connect } from 'node:net'
import { createLog } from '@yardmaster/daemon'
import { startTestDaemon, type TestDaemon } from '../../../test/daemon'

const warnings: string[] = []
let yard: TestDaemon
beforeAll(async () => {
  const log = createLog(process.stderr)
  yard = await startTestDaemon({ log: { ...log, warn: (line) => void warnings.push(line) } })
})
afterAll(() => yard.stop())

const get = (path: string, headers: Record<string, string> = {}) =>
  fetch(`${yard.url}${path}`, { redirect: 'manual', headers })

/** The page with its policy and the nonce of both. */
async function page(path = '/app/') {
  const answer = await get(path)
  const html = await answer.text()
  const policy = answer.headers.get('content-security-policy') ?? ''
  const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? ''
  return { answer, html, policy, nonce }
}

const assetsOf = (html: string) =>
  [...html.matchAll(/(?:src|href)="(\/app\/assets\/[^"]+)"/g)].map(([, path]) => path as string)

test.each(['/', '/app'])('%s leads to it', async (path) => {
  const answer = await get(path)
  expect([answer.status, answer.headers.get('location')]).toEqual([302, '/app/'])
})

test('its page runs what the daemon sends and nothing else', async () => {
  const { answer, html, policy } = await page()
  expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).not.toContain('unsafe')
  expect(html).not.toMatch(/<style|style=|\son[a-z]+=/i)
  expect([...html.matchAll(/<script[^>]*>([^<]*)</g)].map(([, inline]) => inline)).toEqual([''])
})

test('each page has a nonce of its own, and is not kept', async () => {
  const [one, other] = [await page(), await page()]
  expect(one.nonce).toMatch(/^[\w+/]{24}$/)
  expect(one.nonce).not.toBe(other.nonce)
  expect(one.html).toContain(`nonce="${one.nonce}"`)
  expect(one.html).not.toContain('CSP_NONCE')
  expect(one.answer.headers.get('cache-control')).toBe('no-store')
})

test('a deep link is a page of the app', async () => {
  const { answer, html } = await page('/app/sessions/018f?message=2')
  expect(answer.status).toBe(200)
  const first = /<script[^>]* src="([^"]+)"/
  expect(first.exec(html)?.[1]).toBe(first.exec((await page()).html)?.[1])
})

test.each([
  ['/app/', 'needs-me-page'],
  ['/app/sessions/018f', 'session-page'],
  ['/app/sessions/018f/changes?task=1', 'changes-page'],
  ['/app/admin/audit/', 'audit-page'],
])('the document at %s names the files of its page, which are there', async (path, name) => {
  const { html } = await page(path)
  const parts = assetsOf(html)
  expect(parts.filter((part) => part.includes(`/${name}-`) && part.endsWith('.js'))).toHaveLength(1)
  const answers = await Promise.all(parts.map((part) => get(part)))
  expect(answers.map(({ status }) => status)).toEqual(parts.map(() => 200))
})

test('where there is no such page, the document names none', async () => {
  expect((await page('/app/nothing/here')).html).not.toContain('modulepreload')
})

test('assets are kept for good, and travel compressed', async () => {
  const [script] = assetsOf((await page()).html).filter((path) => path.endsWith('.js'))
  const plain = await get(script!, { 'accept-encoding': 'identity' })
  const brotli = await get(script!, { 'accept-encoding': 'gzip, br' })
  const gzip = await get(script!, { 'accept-encoding': 'gzip' })
  expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
  expect([plain, brotli, gzip].map(({ headers }) => headers.get('content-encoding'))).toEqual([
    null,
    'br',
    'gzip',
  ])
  expect(plain.headers.get('content-type')).toMatch(/javascript/)
  const text = await plain.text()
  expect(await brotli.text()).toBe(text)
  expect(await gzip.text()).toBe(text)
})

test('what was not built is not there', async () => {
  expect((await get('/app/assets/index-gone.js')).status).toBe(404)
  // No path leads out: only names that were built are looked for.
  for (const path of ['/app/..%2fpackage.json', '/app/assets/..%2f..%2fpackage.json', '/app/index.html.gz'])
    expect((await (await get(path)).text()).includes('"dependencies"')).toBe(false)
})

test('connections that a browser opens ahead, and says nothing on, do not hold up the end', async () => {
  const { hostname, port } = new URL(yard.url)
  const ahead = connect(Number(port), hostname)
  await once(ahead, 'connect')
  const closed = once(ahead, 'close')
  await yard.daemon.stop()
  await closed
  expect(warnings).toEqual([])
})
