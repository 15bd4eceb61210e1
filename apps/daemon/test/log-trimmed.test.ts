import { startTestDaemon, type TestDaemon } from '../../../test/daemon'
import { until } from '../../../test/faults/kit/until'
import { openTransport, transports } from './helpers/calls'
import { harnessesTold } from './helpers/harnesses-told'

let yard: TestDaemon
beforeAll(async () => {
  yard = await startTestDaemon({
    limits: { sweep: 20, heartbeat_timeout: 20 },
    // Heard no more once its harnesses are told: each time that a runtime comes or goes, the logs of its sessions grow.
    intervals: { heartbeat: 3_600_000, poll: 3_600_000 },
    env: { YARDMASTER_EVENT_RETENTION: '1d' },
  })
  await harnessesTold(yard)
  const gone = 'select 1 from runtimes where id = $1 and offline_since is not null'
  const { db } = yard.database
  await until(async () => (await db.query({ text: gone, values: [yard.daemon.yard.runtime_id] })).length > 0)
})
afterAll(() => yard.stop())

test.each(transports)(
  'the daemon trims what is older than its setting says, and tells whoever asks for it to read anew, over %s',
  async (name) => {
    const transport = openTransport(name, yard.url)
    const { id } = await yard.session((await yard.worktree()).id)
    const log = (query: object) =>
      transport.call(yard.admin.token, {
        path: 'session-events',
        method: 'find',
        query: { session_id: id, ...query },
      })
    await yard.admin.rest.service('sessions').patch(id, { title: 'young' })
    expect((await log({})).body.data).toHaveLength(2)

    await yard.database.db.query({
      text: "update session_events set at = at - interval '2 days' where session_id = $1 and seq = 1",
      values: [id],
    })
    let answer = await log({ after: 0 })
    while (answer.status === 200) answer = await log({ after: 0 })
    expect(answer).toMatchObject({ status: 410, body: { data: { code: 'LOG_TRIMMED', trimmed_seq: 1 } } })
    expect(await log({ seq: { $gt: 0 } })).toMatchObject({ status: 410 })
    expect(await log({})).toMatchObject({ status: 410 })

    const [rest] = (await log({ after: 1 })).body.data
    expect(rest).toMatchObject({ seq: 2, data: { title: 'young' } })
    expect((await log({ seq: { $gt: 1 } })).body.data).toEqual([rest])
    expect((await log({ after: 2 })).body.data).toEqual([])

    // Whoever may not see the session is not told of it either.
    const stranger = await yard.person()
    const query = { session_id: id, after: 0 }
    expect(
      await transport.call(stranger.token, { path: 'session-events', method: 'find', query }),
    ).toMatchObject({ status: 200, body: { data: [] } })
    transport.close()
  },
)
