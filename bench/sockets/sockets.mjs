import { connectSocket } from '@yardmaster/client'
import { milliseconds } from '../kit/figures.mjs'
import { flags } from '../kit/flags.mjs'
import { connection, drive } from '../kit/load.mjs'
import { withPostgres } from '../kit/postgres.mjs'
import { cpuOf, cpuOfPostgres, serve } from '../kit/processes.mjs'
import { inTurns, mediansOf, ratioOf } from '../kit/rounds.mjs'
import { withYard } from '../kit/yard.mjs'
import { gather } from './crowd.mjs'

const crowds = { 1000: { events: 15, rounds: 7 }, 5000: { events: 3, rounds: 7 } }
const emitters = 8

/** What goes over sockets: events to many, and calls compared with REST. */
export const sockets = (say) =>
  withPostgres(async ({ create, pid }) =>
    withYard(await create('yard'), { sessions: 32, messages: 200 }, async (yard) => {
      const rows = []
      for (const [count, how] of Object.entries(crowds))
        rows.push(await fanOut(yard, Number(count), how, say))
      rows.push(...(await calls(yard, pid, say)))
      return rows
    }),
  )

async function fanOut({ daemon, user, worktree_id, runs }, count, { events, rounds }, say) {
  say(`fan-out to ${count}`)
  const bare = await serve('../sockets/bare.mjs', {}, flags)
  // Several at a time, so that the time until one write is committed is not taken for that of telling of it.
  const senders = runs
    .slice(0, emitters)
    .map((run) => ({ run, ours: connection(daemon.url), theirs: connection(bare.url) }))
  const body = { usage: { input_tokens: 1200, output_tokens: 345 } }
  const patch = ({ run, ours }) =>
    ours({ method: 'PATCH', path: `/tasks/${run.task_id}`, token: run.token, body })
  const payload = JSON.parse(await patch(senders[0]))
  const post = ({ theirs }) => theirs({ method: 'POST', path: '/', token: '', body: payload })

  const auth = JSON.stringify({ token: user })
  const packet = JSON.stringify(['create', 'subscriptions', { worktree_id }])
  const ours = await gather(daemon.url, count, { auth, packet })
  const theirs = await gather(bare.url, count)
  try {
    const side = (crowd, emit) => async () => {
      const since = performance.now()
      await crowd.hear(events * emitters, () =>
        Promise.all(
          senders.map(async (sender) => {
            for (let event = 0; event < events; event += 1) await emit(sender)
          }),
        ),
      )
      return { rate: (events * emitters * count) / ((performance.now() - since) / 1000) }
    }
    const tell = ({ rate }) => `${Math.round(rate / 1000)}k/s`
    const pairs = await inTurns({ rounds, ours: side(ours, patch), theirs: side(theirs, post), say, tell })
    const [mine, other] = mediansOf(pairs, 'rate')
    return {
      measure: `fan-out to ${count} sockets, deliveries`,
      against: 'a bare socket.io room',
      bar: '≥ 0.9',
      ratio: ratioOf(pairs, 'rate'),
      ours: tell({ rate: mine }),
      theirs: tell({ rate: other }),
    }
  } finally {
    await ours.leave()
    await theirs.leave()
    await bare.stop()
  }
}

/** The same calls over a socket and over REST, of one daemon. */
async function calls({ daemon, user, runs }, pid, say) {
  const open = await Promise.all(
    runs.map(async (run) => {
      const clients = [connectSocket(daemon.url, user), connectSocket(daemon.url, run.token)]
      await Promise.all(
        clients.map(({ socket }) => new Promise((resolve) => socket.once('connect', resolve))),
      )
      return { run, user: clients[0], executor: clients[1], send: connection(daemon.url) }
    }),
  )
  const usage = { input_tokens: 1200, output_tokens: 345 }
  const page = (run) => ({ session_id: run.session_id, seq: { $gt: 100 }, $limit: 50 })
  const kinds = {
    'PATCH a task': [
      ({ run, executor }) => executor.service('tasks').patch(run.task_id, { usage }),
      ({ run, send }) =>
        send({ method: 'PATCH', path: `/tasks/${run.task_id}`, token: run.token, body: { usage } }),
    ],
    'GET a task': [
      ({ run, user: client }) => client.service('tasks').get(run.task_id),
      ({ run, send }) => send({ method: 'GET', path: `/tasks/${run.task_id}`, token: user }),
    ],
    'find 50 messages': [
      ({ run, user: client }) => client.service('messages').find({ query: page(run) }),
      ({ run, send }) =>
        send({
          method: 'GET',
          path: `/messages?session_id=${run.session_id}&seq[$gt]=100&$limit=50`,
          token: user,
        }),
    ],
  }
  const rows = []
  for (const [name, [overSocket, overRest]] of Object.entries(kinds)) {
    say(`${name} over a socket`)
    const side = (call) => () =>
      drive({
        milliseconds: 2_000,
        calls: open.map((each) => () => call(each)),
        cpu: () => cpuOf(daemon.pid) + cpuOfPostgres(pid),
      })
    const tell = ({ rate, cpu, p50 }) =>
      `${Math.round(rate)}/s, ${cpu.toFixed(2)} ms CPU, p50 ${milliseconds(p50)}`
    const pairs = await inTurns({ rounds: 5, ours: side(overSocket), theirs: side(overRest), say, tell })
    const describe = (at) =>
      tell(Object.fromEntries(['rate', 'cpu', 'p50'].map((f) => [f, mediansOf(pairs, f)[at]])))
    rows.push({
      measure: `${name} over socket.io, rate`,
      against: 'the same over REST',
      bar: '≥ 1',
      ratio: ratioOf(pairs, 'rate'),
      ours: describe(0),
      theirs: describe(1),
    })
  }
  for (const each of open) for (const client of [each.user, each.executor]) client.close()
  return rows
}
