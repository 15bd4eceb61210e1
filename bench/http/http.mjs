import { milliseconds } from '../kit/figures.mjs'
import { flags } from '../kit/flags.mjs'
import { connection, drive } from '../kit/load.mjs'
import { withPostgres } from '../kit/postgres.mjs'
import { cpuOf, cpuOfPostgres, serve } from '../kit/processes.mjs'
import { inTurns, mediansOf, ratioOf } from '../kit/rounds.mjs'
import { withYard } from '../kit/yard.mjs'

const connections = 32
const rounds = 7
const duration = 2_000

const figures = (side) =>
  `${Math.round(side.rate)}/s, ${side.cpu.toFixed(2)} ms CPU, p50 ${milliseconds(side.p50)}, p99 ${milliseconds(side.p99)}`

/** The calls that a daemon answers most, over REST: each against the same statements behind a server written by hand. */
export const http = (say) =>
  withPostgres(async ({ create, pid }) => {
    const url = await create('yard')
    return withYard(url, { sessions: connections, messages: 200 }, async ({ daemon, secret, user, runs }) => {
      const env = { DATABASE_URL: url, SECRET: secret }
      const fastify = await serve('../http/fastify.mjs', env, flags)
      const stock = await serve('../http/stock.mjs', env, flags)
      try {
        const compare = async (measure, make, other) => {
          say(measure)
          const side = (server) => {
            const calls = runs.map((run) => {
              const send = connection(server.url)
              const call = make(run)
              return () => send(call)
            })
            return () =>
              drive({ milliseconds: duration, calls, cpu: () => cpuOf(server.pid) + cpuOfPostgres(pid) })
          }
          return inTurns({ rounds, ours: side(daemon), theirs: side(other), say, tell: figures })
        }
        const row = (measure, against, bar, pairs, figure) => {
          const describe = (at) =>
            figures(
              Object.fromEntries(
                ['rate', 'cpu', 'p50', 'p99'].map((name) => [name, mediansOf(pairs, name)[at]]),
              ),
            )
          return {
            measure,
            against,
            bar,
            ratio: ratioOf(pairs, figure),
            ours: describe(0),
            theirs: describe(1),
          }
        }
        const report = (run) => ({
          method: 'PATCH',
          path: `/tasks/${run.task_id}`,
          token: run.token,
          body: { model: 'a model', usage: { input_tokens: 1200, output_tokens: 345 } },
        })
        const get = (run) => ({ method: 'GET', path: `/tasks/${run.task_id}`, token: user })
        const find = (run) => ({
          method: 'GET',
          path: `/messages?session_id=${run.session_id}&seq[$gt]=100&$limit=50`,
          token: user,
        })
        const byHand = 'Fastify + pg, the same statements'
        return [
          row('PATCH tasks/:id, CPU', byHand, '≤ 1.2', await compare('PATCH', report, fastify), 'cpu'),
          row(
            'the same, rate',
            'a stock Feathers knex service with three access queries',
            '≥ 3',
            await compare('PATCH, stock', report, stock),
            'rate',
          ),
          row('GET tasks/:id, CPU', byHand, '≤ 1.3', await compare('GET', get, fastify), 'cpu'),
          row('find 50 messages, CPU', byHand, '≤ 1.3', await compare('find', find, fastify), 'cpu'),
        ]
      } finally {
        await stock.stop()
        await fastify.stop()
      }
    })
  })
