import { milliseconds, quantile } from '../kit/figures.mjs'
import { connection } from '../kit/load.mjs'
import { withPostgres } from '../kit/postgres.mjs'
import { say as fill, withYard } from '../kit/yard.mjs'

const sizes = [1_000, 100_000, 1_000_000]
const times = 400

/** What a call costs in a session that has grown: the same daemon and the same calls, one at a time. */
export const sizesOf = (say) =>
  withPostgres(async ({ create }) =>
    withYard(await create('yard'), { sessions: 1, messages: 0 }, async ({ daemon, pool, user, runs }) => {
      const [run] = runs
      const send = connection(daemon.url)
      const get = async (path) => JSON.parse(await send({ method: 'GET', path, token: user }))
      const found = { find: [], get: [], 'catch-up': [] }
      let filled = 0
      for (const size of sizes) {
        await fill(pool, run, size - filled, filled)
        await pool.query('update sessions set last_seq = $2 where id = $1', [run.session_id, size])
        await pool.query('vacuum analyze')
        filled = size
        const paths = await pathsAt(get, run, size)
        for (const [name, path] of Object.entries(paths)) found[name].push(await p50(get, path))
        say(
          `${size} messages: ${Object.entries(found)
            .map(([name, all]) => `${name} ${milliseconds(all.at(-1))}`)
            .join(', ')}`,
        )
      }
      return Object.entries(found).map(([name, all]) => ({
        measure: `${name} at 1,000,000 messages, p50`,
        against: 'itself at 1,000 (100,000 between)',
        bar: '≤ 1.5',
        ratio: `${(all.at(-1) / all[0]).toFixed(2)} (${(all[1] / all[0]).toFixed(2)})`,
        ours: milliseconds(all.at(-1)),
        theirs: milliseconds(all[0]),
      }))
    }),
  )

/** The newest page of the transcript, a message in its middle, and the last fifty events. */
async function pathsAt(get, { session_id }, size) {
  const middle = `/messages?session_id=${session_id}&seq[$gt]=${Math.floor(size / 2)}&$limit=1`
  const { data } = await get(middle)
  return {
    find: `/messages?session_id=${session_id}&seq[$lt]=${size}&$sort[seq]=-1&$limit=50`,
    get: `/messages/${data[0].id}`,
    'catch-up': `/session-events?session_id=${session_id}&after=${size - 50}`,
  }
}

async function p50(get, path) {
  const waits = []
  for (let time = 0; time < times; time += 1) {
    const since = performance.now()
    await get(path)
    waits.push(performance.now() - since)
  }
  // The first ones prepare statements and warm up.
  return quantile(
    waits.slice(times / 4).sort((a, b) => a - b),
    0.5,
  )
}
