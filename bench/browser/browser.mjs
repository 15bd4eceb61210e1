import { milliseconds, quantile } from '../kit/figures.mjs'
import { connection } from '../kit/load.mjs'
import { withPostgres } from '../kit/postgres.mjs'
import { serve } from '../kit/processes.mjs'
import { inTurns, mediansOf, ratioOf } from '../kit/rounds.mjs'
import { withYard } from '../kit/yard.mjs'
import { openBrowser, visit } from './page.mjs'

const long = 100_000
const against = 'a bare page that prints the events'
/** Milliseconds between two events: 50 a second. */
const pace = 20
const events = 250

/** What people see of it: a page of the web app in a browser, beside one that only prints what it hears. */
export const browser = (say) =>
  withPostgres(async ({ create }) =>
    withYard(await create('yard'), { sessions: 1, messages: long }, async ({ daemon, user, runs }) => {
      const [run] = runs
      await settle(daemon, run)
      const bare = await serve('../browser/bare.mjs', {})
      const chromium = await openBrowser()
      const sides = {
        ours: {
          url: daemon.url,
          path: `/app/sessions/${run.session_id}`,
          token: user,
          ready: '[aria-label="Transcript"] article, [aria-label="Transcript"] [data-index]',
          tell: connection(daemon.url),
          call: { path: '/messages', token: run.token },
          session_id: run.session_id,
        },
        theirs: {
          url: bare.url,
          path: '/?rows=0',
          ready: 'body[data-connected]',
          tell: connection(bare.url),
          call: { path: '/', token: '' },
        },
      }
      try {
        const measure = async (name, rounds, work) => {
          say(name)
          const side = (of) => async () => ({ ms: await work(chromium, of) })
          const tell = ({ ms }) => milliseconds(ms)
          const pairs = await inTurns({
            rounds,
            ours: side(sides.ours),
            theirs: side(sides.theirs),
            say,
            tell,
          })
          const [ours, theirs] = mediansOf(pairs, 'ms').map(milliseconds)
          return { measure: name, against, bar: '–', ratio: ratioOf(pairs, 'ms'), ours, theirs }
        }
        return [
          await measure('a page, cold, until it can be used', 7, load),
          await measure('from commit to paint at 50 events/s, p95', 5, paint),
          await measure(`longest frame while scrolling in ${long.toLocaleString('en')} messages`, 5, scroll),
        ]
      } finally {
        await chromium.close()
        await bare.stop()
      }
    }),
  )

/** The session's log ends where its messages do, which were not written by calls. */
const settle = async (daemon, run) => {
  await connection(daemon.url)({
    method: 'PATCH',
    path: `/tasks/${run.task_id}`,
    token: run.token,
    body: { usage: { total_tokens: 1 } },
  })
}

async function load(chromium, side) {
  const { loaded, close } = await visit(chromium, side)
  await close()
  return loaded
}

let said = 0

async function paint(chromium, side) {
  const { page, close } = await visit(chromium, side)
  const committed = new Map()
  const calls = []
  const since = performance.now()
  for (let event = 0; event < events; event += 1) {
    const due = since + event * pace - performance.now()
    if (due > 0) await new Promise((resolve) => setTimeout(resolve, due))
    said += 1
    const n = said
    const content = [{ type: 'text', text: `event ${n}. ${'some words of an answer '.repeat(12)}` }]
    const body = { client_id: `b${n}`, type: 'text', role: 'agent', content, session_id: side.session_id }
    calls.push(
      side.tell({ method: 'POST', ...side.call, body }).then((answer) => {
        committed.set(String(n), Date.parse(JSON.parse(answer).created_at))
      }),
    )
  }
  await Promise.all(calls)
  await page.evaluate(`bench.seen('${said}')`)
  const painted = await page.evaluate('bench.painted')
  await close()
  const waits = [...committed].flatMap(([n, at]) => (painted[n] ? [painted[n] - at] : []))
  if (waits.length < 0.9 * events) throw new Error(`Only ${waits.length} of ${events} events were painted.`)
  return quantile(
    waits.sort((a, b) => a - b),
    0.95,
  )
}

async function scroll(chromium, side) {
  const path = side.token ? side.path : `/?rows=${long}`
  const { page, close } = await visit(chromium, { ...side, path })
  if (!side.token) await page.evaluate('scrollTo(0, document.body.scrollHeight)')
  await page.mouse.move(600, 400)
  await page.evaluate('new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))')
  await page.evaluate('bench.longest = 0')
  // Six seconds of a wheel that is turned without rest: some ten thousand messages.
  for (const until = performance.now() + 6_000; performance.now() < until; ) await page.mouse.wheel(0, -1_500)
  const longest = await page.evaluate('bench.longest')
  await close()
  return longest
}
