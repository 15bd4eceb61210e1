import { withPostgres } from '../kit/postgres.mjs'
import { inTurns, mediansOf, ratioOf } from '../kit/rounds.mjs'
import { prepareQueue } from './graphile.mjs'
import { prepareYard } from './yard.mjs'

const tasks = 2000
const workers = 10
const rounds = 7

/** Tasks claimed in tens and completed one by one, each with its session's row and its events, at the store. */
export const claims = (say) =>
  withPostgres(async ({ create }) => {
    const yard = await prepareYard(await create('yard'), { tasks, workers })
    const queue = await prepareQueue(await create('queue'), { tasks, workers })
    const side = (run) => async () => ({ rate: await run() })
    const pairs = await inTurns({
      rounds,
      ours: side(yard.run),
      theirs: side(queue.run),
      say,
      tell: ({ rate }) => `${Math.round(rate)}/s`,
    })
    await yard.close()
    await queue.close()
    const [mine, other] = mediansOf(pairs, 'rate')
    return [
      {
        measure: 'claim in tens, complete one by one',
        against: 'graphile-worker 0.17.3 without its local queue',
        bar: '≥ 1',
        ratio: ratioOf(pairs, 'rate'),
        ours: `${Math.round(mine)}/s`,
        theirs: `${Math.round(other)}/s`,
      },
    ]
  })
