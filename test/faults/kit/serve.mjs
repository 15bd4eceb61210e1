// The daemon as a process of its own, started like apps/daemon/src/main.ts does it, with what has no setting: shorter
// intervals and limits, and the address under which its runtime calls it.
import { createLog, silent, startDaemon } from '@yardmaster/daemon'
import { parseSettings } from '@yardmaster/protocol'

const log = createLog(process.stderr)
process.on('unhandledRejection', (error) => log.error('A promise was left alone', error))
const daemon = await startDaemon({
  settings: parseSettings(process.env, '/'),
  progress: silent,
  log,
  ...JSON.parse(process.env.FAULTS_OPTIONS),
})
process.on('SIGTERM', async () => {
  await daemon.stop()
  process.exit(0)
})
process.stdout.write('serves\n')
