import { openDb } from '@yardmaster/store'
import { Logger, run } from 'graphile-worker'

/** graphile-worker with as many workers and as many jobs, each of which does nothing. */
export async function prepareQueue(url, { tasks, workers }) {
  const db = openDb({ url, max: workers + 2 })
  const silent = new Logger(() => () => {})
  let done = 0
  let finish = () => {}
  const nothing = () => {
    done += 1
    if (done === tasks) finish()
  }
  const options = { connectionString: url, maxPoolSize: workers + 2, noHandleSignals: true, logger: silent }
  // Makes its schema.
  await (await run({ ...options, concurrency: 1, taskList: { nothing } })).stop()

  return {
    async run() {
      await db.query({
        text: `select graphile_worker.add_jobs(array(
          select json_populate_record(null::graphile_worker.job_spec, '{"identifier":"nothing"}') from generate_series(1, ${tasks})))`,
      })
      done = 0
      const all = new Promise((resolve) => {
        finish = resolve
      })
      await db.query({ text: 'vacuum analyze' })
      const since = performance.now()
      const runner = await run({ ...options, concurrency: workers, pollInterval: 100, taskList: { nothing } })
      await all
      const rate = tasks / ((performance.now() - since) / 1000)
      await runner.stop()
      return rate
    },
    close: () => db.close(),
  }
}
