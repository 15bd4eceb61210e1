import { median, spread } from '../kit/figures.mjs'
import { flags } from '../kit/flags.mjs'
import { withPostgres } from '../kit/postgres.mjs'
import { serve } from '../kit/processes.mjs'
import { withYard } from '../kit/yard.mjs'
import { gather } from './crowd.mjs'

const before = 3_000
const count = 5_000
const rounds = 3

/** What one more socket costs that is signed in and hears nothing, each side in a fresh process. */
export const memory = (say) =>
  withPostgres(async ({ create }) => {
    const ours = []
    const theirs = []
    for (let round = 1; round <= rounds; round += 1) {
      await withYard(await create(`yard${round}`), { sessions: 1, messages: 1 }, async ({ daemon, user }) =>
        ours.push(await perSocket(daemon, JSON.stringify({ token: user }))),
      )
      const bare = await serve('../sockets/bare.mjs', {}, flags)
      theirs.push(await perSocket(bare, ''))
      await bare.stop()
      say(`round ${round}: ${ours.at(-1).toFixed(1)} KiB against ${theirs.at(-1).toFixed(1)} KiB`)
    }
    return [
      {
        measure: `memory of an idle socket, from ${before} to ${before + count}`,
        against: 'bare socket.io',
        bar: '≤ 1.3',
        ratio: spread(ours.map((value, round) => value / theirs[round])),
        ours: `${median(ours).toFixed(1)} KiB`,
        theirs: `${median(theirs).toFixed(1)} KiB`,
      },
    ]
  })

/**
 * KiB of resident memory that one more socket takes. Those before fill what the process holds anyway, so that nothing of
 * it is handed to those that count.
 */
async function perSocket(server, auth) {
  const first = await gather(server.url, before, { auth })
  const held = await server.memory()
  const crowd = await gather(server.url, count, { auth })
  const more = (await server.memory()) - held
  await first.leave()
  await crowd.leave()
  return more / count / 1024
}
