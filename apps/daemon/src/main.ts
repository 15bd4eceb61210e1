import { homedir } from 'node:os'
import { parseSettings, SettingsError } from '@yardmaster/protocol'
import { HarnessFileError } from '@yardmaster/spawn'
import { StoreError } from '@yardmaster/store'
import { createLog } from './log.js'
import { StartFailure } from './start/failure.js'
import { createProgress } from './start/progress.js'
import { type Daemon, startDaemon } from './start/start.js'

const log = createLog(process.stderr)
const progress = createProgress(process.stderr)

// A signal to a whole process group can reach us twice, through npm and directly.
const echo = 300

async function main(): Promise<void> {
  process.on('unhandledRejection', (error) => log.error('A promise was left alone', error))
  const giveUp = new AbortController()
  const settings = parseSettings(process.env, homedir())
  const starting = startDaemon({ settings, progress, log, signal: giveUp.signal })
  stopOnSignals(starting, giveUp)
  const daemon = await starting.catch((error) => {
    // A stop asked during the start ends it as well, and is no failure; whoever was asked says the rest.
    if (giveUp.signal.aborted) return null
    throw error
  })
  if (!daemon) return
  const { url, link } = daemon
  progress.say(`\nYardmaster serves at ${url}`)
  if (link) progress.say(`Sign in once with this link, here or by "yardmaster login <link>":\n  ${link}`)
  progress.say('Ctrl-C stops it.')
}

function stopOnSignals(starting: Promise<Daemon>, giveUp: AbortController): void {
  let asked = 0
  const stop = async () => {
    if (asked && performance.now() - asked < echo) return
    if (asked) {
      progress.say('Forced.')
      process.exit(1)
    }
    asked = performance.now()
    progress.say('\nStopping; once more forces.')
    giveUp.abort()
    const daemon = await starting.catch(() => null)
    const runs = daemon?.runs() ?? 0
    await daemon?.stop()
    if (runs > 0)
      progress.say(
        `${runs} ${runs === 1 ? 'run goes' : 'runs go'} on without the daemon; the next start takes up from there.`,
      )
    progress.say('Stopped.')
    process.exit(0)
  }
  process.on('SIGINT', () => void stop())
  process.on('SIGTERM', () => void stop())
}

main().catch((error) => {
  const known = [StartFailure, StoreError, SettingsError, HarnessFileError].some(
    (kind) => error instanceof kind,
  )
  process.stderr.write(`yardmaster: ${known ? error.message : (error.stack ?? error)}\n`)
  process.exit(1)
})
