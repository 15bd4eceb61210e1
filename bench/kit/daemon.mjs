// The daemon as a process of its own, on the database that the benchmark made, with limits that no measure reaches.
import { createLog, silent, startDaemon } from '@yardmaster/daemon'
import { parseSettings } from '@yardmaster/protocol'
import { tellMemory } from './tell-memory.mjs'

const day = 86_400_000
const daemon = await startDaemon({
  settings: parseSettings(process.env, '/'),
  progress: silent,
  log: createLog(process.stderr),
  limits: { dispatched: day, started: day, heartbeat_timeout: day },
})
console.log(`serves ${daemon.url}`)
process.stdin
  .on('end', async () => {
    await daemon.stop()
    process.exit(0)
  })
  .resume()
tellMemory()
