import { chromium } from 'playwright-core'

/** Debian's chromium, as the tests of the web app start it. */
export const openBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
    ],
  })

/**
 * Runs in the page before anything of it: notes when `ready` can be found, when each text `event <n>.` has been painted, and
 * the longest time between two frames since it was last asked.
 */
const probe = (ready) => `
  window.bench = { painted: {}, longest: 0 }
  let tellReady
  bench.ready = new Promise((tell) => { tellReady = tell })
  const wanted = new Map()
  /** Answers once that event is painted. */
  bench.seen = (n) => new Promise((tell) => bench.painted[n] ? tell() : wanted.set(n, tell))
  let last = performance.now()
  const frame = (now) => {
    bench.longest = Math.max(bench.longest, now - last)
    last = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
  const painted = new MessageChannel()
  let waiting = []
  // A frame is painted behind its callbacks: a message that is sent in one comes after.
  painted.port1.onmessage = () => {
    for (const n of waiting) {
      bench.painted[n] ??= Date.now()
      wanted.get(n)?.()
    }
    waiting = []
  }
  new MutationObserver((changes) => {
    if (tellReady && document.querySelector(${JSON.stringify(ready)})) {
      tellReady(performance.now())
      tellReady = null
    }
    const seen = []
    for (const { addedNodes, target } of changes)
      for (const node of [...addedNodes, target.nodeType === Node.TEXT_NODE ? target : null]) {
        const found = /event (\\d+)\\./.exec(node?.textContent ?? '')
        if (found) seen.push(...[...node.textContent.matchAll(/event (\\d+)\\./g)].map(([, n]) => n))
      }
    if (seen.length === 0) return
    requestAnimationFrame(() => { waiting.push(...seen); painted.port2.postMessage(null) })
  }).observe(document, { subtree: true, childList: true, characterData: true, attributes: true })
`

/**
 * A browser that was never here before, at a page of either side.
 *
 * @param {{url: string, path: string, token?: string, ready: string}} side `ready` is the selector of what is there once
 *   the page can be used
 * @returns {Promise<{page: import('playwright-core').Page, loaded: number, close: () => Promise<void>}>} `loaded`: ms from
 *   the navigation
 */
export async function visit(browser, { url, path, token, ready }) {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } })
  if (token) await context.addInitScript(`localStorage.setItem('yardmaster.token', ${JSON.stringify(token)})`)
  await context.addInitScript(probe(ready))
  const page = await context.newPage()
  await page.goto(`${url}${path}`)
  const loaded = await (
    await page.waitForFunction('bench.ready', undefined, { timeout: 120_000 })
  ).jsonValue()
  return { page, loaded, close: () => context.close() }
}
