// The daemon as a process of its own, started like apps/daemon/src/main.ts does it, with what has no setting: shorter
// intervals and limits, and the address under which its runtime calls it.
import { createLog, silent, startDaemon } from '@yardmaster/daemon'
import { parseSettings } from '@yardmaster/protocol'

const log = createLog(process.stderr)
process.on('unhandledRejection', (error) => log.error('A promise was left alone', error))
const giveUp = new AbortController()
const starting = startDaemon({
  settings: parseSettings(process.env, '/'),
  progress: silent,
  log,
  signal: giveUp.signal,
  ...JSON.parse(process.env.FAULTS_OPTIONS),
})
const stop = async () => {
  giveUp.abort()
  const daemon = await starting.catch(() => null)
  await daemon?.stop()
  process.exit(0)
}
process.on('SIGTERM', stop)
// Its input ends when the tests do, also when they are killed.
process.stdin.on('end', stop).resume()
await starting
process.stdout.write('serves\n')
