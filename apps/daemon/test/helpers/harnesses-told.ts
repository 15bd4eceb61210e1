import type { Harness } from '@yardmaster/protocol'
import type { TestDaemon } from '../../../../test/daemon'
import { until } from '../../../../test/faults/kit/until'

/**
 * Resolves when the daemon's own runtime has told what it found out about its harnesses, which takes as long as they take
 * to start. From then on its row stays as it is, but for heartbeats.
 */
export async function harnessesTold({ daemon, database }: TestDaemon): Promise<void> {
  await until(async () => {
    const [runtime] = await database.db.query<{ harnesses: Harness[] }>({
      text: 'select harnesses from runtimes where id = $1',
      values: [daemon.yard.runtime_id],
    })
    return runtime?.harnesses.length && runtime.harnesses.every(({ version, problem }) => version || problem)
  })
}
