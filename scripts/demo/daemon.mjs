// The daemon of the demo: a child on a home of its own, looked at from outside only.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const main = fileURLToPath(new URL('../../apps/daemon/dist/main.js', import.meta.url))
/** Whatever is set where the demo runs, it must not reach the data of a real daemon. */
const ours = /^(YARDMASTER_|DATABASE_|REDIS_URL$)/

/**
 * Starts a daemon on a fresh home and any free port.
 *
 * @param {string} home
 * @param {(text: string) => void} onOutput hears what it prints
 */
export function startDaemon(home, onOutput) {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !ours.test(name)))
  // A process group of its own: Ctrl-C reaches the demo alone, which then ends the daemon once.
  const child = spawn(process.execPath, [main], {
    env: { ...env, YARDMASTER_HOME: home, YARDMASTER_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let log = ''
  let heard = () => {}
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      log += stripVTControlCharacters(text)
      onOutput(text)
      heard()
    })
  const exited = once(child, 'close').then(([code]) => {
    heard()
    return code
  })

  return {
    pid: child.pid,
    tail: () => log.trimEnd().split('\n').slice(-40).join('\n'),

    /** Waits for a match in what the daemon prints. */
    async prints(pattern) {
      for (;;) {
        const match = pattern.exec(log)
        if (match) return match
        if (child.exitCode !== null) throw new Error(`the daemon ended with exit code ${child.exitCode}`)
        await new Promise((resolve) => {
          heard = resolve
        })
      }
    },

    /** As Ctrl-C would; the answer is its exit code. */
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT')
      return exited
    },

    async kill() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}

/** Where this home keeps its Postgres: under the home itself, or elsewhere when root runs it. */
export function postgresDirectory(home) {
  const record = join(home, 'postgres.json')
  if (!existsSync(record)) return null
  const { directory } = JSON.parse(readFileSync(record, 'utf8'))
  return directory.startsWith('/') ? directory : join(home, directory)
}

/**
 * Processes that have one of these texts in their command line, environment or working directory.
 *
 * @param {string[]} texts
 * @returns {number[]} empty where there is no /proc to look it up in
 */
export function processesWith(texts) {
  if (!existsSync('/proc/self/cmdline')) return []
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        const all = `${readlinkSync(`/proc/${pid}/cwd`)}\n${read(pid, 'cmdline')}\n${read(pid, 'environ')}`
        return texts.some((text) => all.includes(text))
      } catch {
        return false // gone, or not ours
      }
    })
    .map(Number)
}

const read = (pid, what) => readFileSync(`/proc/${pid}/${what}`, 'utf8')

/** How the processes of a task's runs are known: each has this in its environment. */
export const markOfRun = (task) => `YARDMASTER_RUN=${task.id}.`

/** A task has ended a moment before its executor has; a daemon that is stopped in between tells of it. */
export async function executorsGone(tasks) {
  while (processesWith(tasks.map(markOfRun)).length > 0) await setTimeout(20)
}
