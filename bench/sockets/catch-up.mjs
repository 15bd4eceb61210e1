import { connectSocket, watchSession } from '@yardmaster/client'
import { median, milliseconds } from '../kit/figures.mjs'
import { connection } from '../kit/load.mjs'
import { withPostgres } from '../kit/postgres.mjs'
import { withYard } from '../kit/yard.mjs'

const behind = 1_000
const rounds = 7

/** A browser that was away while a session went on, from the moment its connection stands to a view that is whole. */
export const catchUp = (say) =>
  withPostgres(async ({ create }) =>
    withYard(await create('yard'), { sessions: 1, messages: 200 }, async ({ daemon, user, runs }) => {
      const [run] = runs
      const send = connection(daemon.url)
      const client = connectSocket(daemon.url, user)
      const watch = watchSession(client, run.session_id)
      const until = (holds) =>
        new Promise((resolve) => {
          const leave = watch.subscribe(() => {
            if (!holds()) return
            leave()
            resolve()
          })
          if (holds()) {
            leave()
            resolve()
          }
        })
      const waits = []
      let said = 0
      try {
        await until(() => watch.state === 'live')
        for (let round = 0; round <= rounds; round += 1) {
          client.socket.disconnect()
          await until(() => watch.state === 'offline')
          for (let event = 0; event < behind; event += 1) {
            said += 1
            const content = [{ type: 'text', text: 'some words of an answer '.repeat(12) }]
            const body = {
              session_id: run.session_id,
              client_id: `m${said}`,
              type: 'text',
              role: 'agent',
              content,
            }
            await send({ method: 'POST', path: '/messages', token: run.token, body })
          }
          const last = 200 + said
          const connected = new Promise((resolve) => client.socket.once('connect', resolve))
          client.socket.connect()
          await connected
          const since = performance.now()
          await until(() => watch.state === 'live' && watch.view.last_seq === last)
          const wait = performance.now() - since
          say(`${round === 0 ? 'warm-up' : `round ${round}`}: ${milliseconds(wait)}`)
          if (round > 0) waits.push(wait)
        }
      } finally {
        watch.close()
        client.close()
      }
      return [
        {
          measure: `a client that is ${behind} events behind, whole again`,
          against: '–',
          bar: '< 250 ms',
          ratio: '–',
          ours: `${milliseconds(median(waits))} (${milliseconds(Math.min(...waits))} to ${milliseconds(Math.max(...waits))})`,
          theirs: '–',
        },
      ]
    }),
  )
