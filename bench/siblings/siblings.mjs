import { milliseconds } from '../kit/figures.mjs'
import { connection, drive } from '../kit/load.mjs'
import { withPostgres } from '../kit/postgres.mjs'
import { cpuOf, cpuOfPostgres } from '../kit/processes.mjs'
import { withRedis } from '../kit/redis.mjs'
import { inTurns, mediansOf, ratioOf } from '../kit/rounds.mjs'
import { withYard } from '../kit/yard.mjs'
import { gather } from '../sockets/crowd.mjs'
import { delays } from './delays.mjs'

const executors = 32
const listeners = 100
const rounds = 7
const usage = { input_tokens: 1200, output_tokens: 345 }
const how = { sessions: executors, messages: 0 }

/** What a second daemon and a Redis between them cost, against one daemon that has the same to do; and how long an event takes to the other. */
export const siblings = (say) =>
  withPostgres(({ create, pid: postgres }) =>
    withRedis(async (redis) => {
      const pair = await create('pair')
      const alone = await create('alone')
      return withYard(pair, { ...how, redis: redis.url }, (two) =>
        withYard(alone, how, async (one) => {
          const rows = []
          for (const listened of [false, true]) rows.push(await patches(listened))
          rows.push(await crossing(two, say))
          return rows

          async function patches(listened) {
            say(listened ? 'PATCH, listened to' : 'PATCH')
            const crowds = listened
              ? [
                  await crowd(one.daemon, one, listeners),
                  await crowd(two.daemon, two, listeners / 2),
                  await crowd(two.sibling, two, listeners / 2),
                ]
              : []
            const cpu =
              (...pids) =>
              () =>
                cpuOfPostgres(postgres) + pids.reduce((sum, pid) => sum + cpuOf(pid), 0)
            const side = (yard, daemons, used) => {
              const calls = yard.runs.map((run, place) => {
                const send = connection(daemons[place % daemons.length].url)
                const call = {
                  method: 'PATCH',
                  path: `/tasks/${run.task_id}`,
                  token: run.token,
                  body: { usage },
                }
                return () => send(call)
              })
              return () => drive({ milliseconds: 2_000, calls, cpu: used })
            }
            const pairs = await inTurns({
              rounds,
              ours: side(two, [two.daemon, two.sibling], cpu(two.daemon.pid, two.sibling.pid, redis.pid)),
              theirs: side(one, [one.daemon], cpu(one.daemon.pid)),
              say,
              tell,
            })
            for (const each of crowds) await each.leave()
            const told = (at) =>
              tell(
                Object.fromEntries(['rate', 'cpu', 'p50'].map((name) => [name, mediansOf(pairs, name)[at]])),
              )
            return {
              measure: `PATCH tasks/:id through two daemons and a Redis${listened ? `, ${listeners} sockets listening` : ''}, CPU`,
              against: 'one daemon without',
              bar: '–',
              ratio: ratioOf(pairs, 'cpu'),
              ours: told(0),
              theirs: told(1),
            }
          }
        }),
      )
    }),
  )

const tell = ({ rate, cpu, p50 }) =>
  `${Math.round(rate)}/s, ${cpu.toFixed(2)} ms CPU, p50 ${milliseconds(p50)}`

const crowd = (daemon, { user, worktree_id }, count) =>
  gather(daemon.url, count, {
    auth: JSON.stringify({ token: user }),
    packet: JSON.stringify(['create', 'subscriptions', { worktree_id }]),
  })

async function crossing({ daemon, sibling, user, runs: [run] }, say) {
  say('from one daemon to the other')
  const send = connection(daemon.url)
  const patch = () =>
    send({ method: 'PATCH', path: `/tasks/${run.task_id}`, token: run.token, body: { usage } })
  const told = ({ p50, p95 }) => `p50 ${milliseconds(p50)}, p95 ${milliseconds(p95)}`
  const pairs = await inTurns({
    rounds,
    ours: () => delays(sibling.url, user, run, patch),
    theirs: () => delays(daemon.url, user, run, patch),
    say,
    tell: told,
  })
  const at = (side) => told({ p50: mediansOf(pairs, 'p50')[side], p95: mediansOf(pairs, 'p95')[side] })
  return {
    measure: "from a PATCH that is sent to its event at the other daemon's socket, p95",
    against: "the daemon's own socket",
    bar: '–',
    ratio: ratioOf(pairs, 'p95'),
    ours: at(0),
    theirs: at(1),
  }
}
