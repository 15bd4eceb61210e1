import { readFileSync } from 'node:fs'
import { type Browser, chromium, type Page } from 'playwright-core'
import type { Person, TestDaemon } from '../../daemon'

const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Debian's chromium, without anything that speaks to the world by itself. Without it the tests fail. */
export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags })

/** A person before a page of their own, with nothing of anybody else in it. */
export interface Visitor {
  page: Page
  /** Errors that the page threw or logged, and what its policy refused. */
  complaints: string[]
  /** HTTP statuses that its calls may be answered with, of which the browser's own log tells, as it should. */
  refused: number[]
  close(): Promise<void>
}

/** @param token of a sign-in that the browser already keeps; null for none */
export async function visit(
  browser: Browser,
  { url }: Pick<TestDaemon, 'url'>,
  token: string | null,
  path = '/app/',
  viewport = { width: 1280, height: 800 },
): Promise<Visitor> {
  const context = await browser.newContext({ viewport })
  if (token) await context.addInitScript(`localStorage.setItem('yardmaster.token', ${JSON.stringify(token)})`)
  const page = await context.newPage()
  // For what hangs, not for what is slow, and in time for the test to say what hung.
  page.setDefaultTimeout(60_000)
  const complaints: string[] = []
  page.on('pageerror', ({ message }) => complaints.push(message))
  page.on('console', (message) => {
    if (message.type() === 'error') complaints.push(message.text())
  })
  await page.goto(`${url}${path}`)
  return { page, complaints, refused: [], close: () => context.close() }
}

/** Opens a session's page as somebody, once it shows what there is. */
export async function visitSession(
  browser: Browser,
  yard: TestDaemon,
  { token }: Pick<Person, 'token'>,
  id: string,
): Promise<Visitor> {
  const visitor = await visit(browser, yard, token, `/app/sessions/${id}`)
  await visitor.page.getByRole('textbox', { name: 'Prompt' }).waitFor()
  return visitor
}

/** Waits until a hand's move of the transcript is over: from one frame to the next nothing moves any more. */
export async function atRest(page: Page): Promise<void> {
  await page.evaluate(`(async () => {
    const scroller = document.querySelector('[data-virtuoso-scroller]')
    const frame = () => new Promise(requestAnimationFrame)
    for (let top; top !== scroller.scrollTop; await frame().then(frame)) top = scroller.scrollTop
  })()`)
}

const axe = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8')

// Colours on their way to others, where a theme has just changed or something opens, are not those that people read. What
// was just done begins to move with the next frame or the one after it. What never ends is not waited for.
const settled = `(async () => {
  const frame = () => new Promise(requestAnimationFrame)
  const moving = () => document.getAnimations().filter(
    ({ effect, playState }) => playState === 'running' && effect.getComputedTiming().endTime !== Infinity)
  do {
    await Promise.allSettled(moving().map(({ finished }) => finished))
    await frame().then(frame)
  } while (moving().length > 0)
})()`

interface Violation {
  id: string
  impact: string
  nodes: { html: string; failureSummary: string }[]
}

/** What keeps people from using a page with a keyboard or a screen reader: violations of some weight, in words. */
export async function barriers(page: Page): Promise<string[]> {
  await page.evaluate(axe)
  await page.evaluate(settled)
  const { violations } = (await page.evaluate('axe.run()')) as { violations: Violation[] }
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`))
}

/** What is wider than the screen, in words: the page itself, or a part of it that would scroll sideways. */
export function sideways(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const wide = [...document.querySelectorAll('#content, #content *')].filter((element) => {
      // Output, code and what is asked keep their lines, and scroll by themselves.
      if (element.closest('pre, [class*="exact"]')) return false
      const { overflowX } = getComputedStyle(element)
      return ['auto', 'scroll'].includes(overflowX) && element.scrollWidth > element.clientWidth
    })
    if (document.documentElement.scrollWidth > innerWidth) wide.push(document.documentElement)
    return wide.map(({ tagName, className, scrollWidth }) => tagName + '.' + className + ' ' + scrollWidth)
  })()`) as Promise<string[]>
}

/** Buttons that reach over the edges of the screen, by what they say. */
export function beyondTheScreen(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('form button, section button')]
    .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
    .filter((element) => {
      const { left, right } = element.getBoundingClientRect()
      return left < 0 || right > innerWidth
    })
    .map((element) => element.textContent)`) as Promise<string[]>
}

/** What can be pressed or filled in and lies on another such thing that it is no part of, in words. */
export function overlaps(page: Page): Promise<string[]> {
  return page.evaluate(`(() => {
    const all = [...document.querySelectorAll('a, button, input, textarea, select')]
      .filter((element) => element.checkVisibility({ opacityProperty: true, visibilityProperty: true }))
      .map((element) => [element, element.getBoundingClientRect()])
      .filter(([, { width, height }]) => width > 1 && height > 1)
    return all.flatMap(([one, a], place) => all.slice(place + 1)
      .filter(([other, b]) => !one.contains(other) && !other.contains(one) &&
        !one.closest('[class*="Input-wrapper"]')?.contains(other) &&
        Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1 && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1)
      .map(([other]) => one.outerHTML.slice(0, 120) + ' on ' + other.outerHTML.slice(0, 120)))
  })()`) as Promise<string[]>
}
