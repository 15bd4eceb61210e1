// `npm run screenshots`: pictures of the web app for the README, of a daemon on a temporary home that has something to
// show. Writes docs/screenshots/; needs chromium (CHROMIUM, or /usr/bin/chromium).
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { connectRest } from '@yardmaster/client'
import { chromium } from 'playwright-core'
import { postgresDirectory, startDaemon } from './demo/daemon.mjs'
import { tellStory } from './screenshots/story.mjs'

const pictures = fileURLToPath(new URL('../docs/screenshots/', import.meta.url))
const place = realpathSync(mkdtempSync(join(tmpdir(), 'yardmaster-screenshots-')))
const home = join(place, 'home')
const desk = { width: 1280, height: 800 }
// With room for all that stands beside a transcript.
const tall = { width: 1280, height: 1060 }
const phone = { width: 390, height: 844 }

const daemon = startDaemon(home, () => {})
try {
  const [, url, token] = await daemon.prints(/(http:\/\/\S+?)\/app\/#token=(\S+)/)
  const signIn = { strategy: 'link', token }
  const { accessToken } = await connectRest(url).service('authentication').create(signIn)
  const rest = connectRest(url, accessToken)
  const story = await tellStory(rest, place)
  mkdirSync(pictures, { recursive: true })
  const browser = await chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: ['--headless', '--no-sandbox', '--disable-gpu'],
  })
  try {
    for (const colorScheme of ['light', 'dark'])
      for (const [name, path, sign, viewport = desk, token = accessToken] of [
        ['needs-me', '', story.asking.title],
        ['board', 'board', story.asking.title],
        ['session', `sessions/${story.done.id}`, '# pass 1', tall],
        ['changes', `sessions/${story.done.id}/changes`, 'src/cart.js'],
        ['new-session', 'new', 'Begin'],
        ['worktree', `worktrees/${story.worktree.id}`, 'Code reviews'],
        ['usage', 'usage?by=repo', 'shop'],
        ['runtimes', 'admin/runtimes', 'at once'],
        ['phone', `sessions/${story.asking.id}`, 'of no use any more', phone],
        ['sessions', 'sessions', story.asking.title],
        ['worktrees', 'worktrees', story.worktree.name],
        ['account', 'account', 'nightly'],
        ['people', 'admin/people', 'Code reviews'],
        ['teams', 'admin/teams', 'Backend'],
        ['grants', 'admin/grants', 'Code reviews'],
        ['tokens', 'admin/tokens', 'nightly'],
        ['settings', 'admin/settings', 'YARDMASTER_HOME'],
        ['audit', 'admin/audit', 'grants'],
        ['sign-in', '', 'Password', desk, null],
      ]) {
        const context = await browser.newContext({ viewport, colorScheme })
        if (token) await context.addInitScript(`localStorage.setItem('yardmaster.token', '${token}')`)
        const page = await context.newPage()
        await page.goto(`${url}/app/${path}`)
        await page.getByText(sign).first().waitFor()
        await page.evaluate(
          'Promise.allSettled(document.getAnimations().filter((one) => one.effect.getComputedTiming().endTime !== Infinity).map((one) => one.finished))',
        )
        await page.screenshot({ path: join(pictures, `${name}-${colorScheme}.png`) })
        await context.close()
      }
  } finally {
    await browser.close()
    await story.end()
  }
} finally {
  await daemon.stop()
  // As root its Postgres lies elsewhere.
  const postgres = postgresDirectory(home)
  if (postgres) rmSync(postgres, { recursive: true, force: true })
  rmSync(place, { recursive: true, force: true })
}
