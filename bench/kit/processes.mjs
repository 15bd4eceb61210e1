import { spawn } from 'node:child_process'
import { on, once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'

// Of /proc/<pid>/stat, in ticks of 10 ms.
const TICK = 10

/**
 * Starts a server as a process of its own, so that its processor time can be told from everybody else's.
 *
 * @param {string} file says `serves <url>` on its standard output once it does, and ends when its input does
 * @param {Record<string, string>} env
 */
export async function serve(file, env, flags = []) {
  const child = spawn(process.execPath, [...flags, new URL(file, import.meta.url).pathname], {
    env: { ...process.env, ...env },
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })
  const said = async (word) => {
    for await (const [line] of on(lines, 'line'))
      if (line.startsWith(`${word} `)) return line.slice(word.length + 1)
  }
  const url = await Promise.race([
    said('serves'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`${file} ended with ${code} before it served.`)
    }),
  ])
  return {
    url,
    pid: child.pid,
    /** Bytes that are resident, the garbage collected. */
    async memory() {
      const answer = said('holds')
      child.kill('SIGUSR2')
      return Number(await answer)
    },
    async stop() {
      child.stdin.end()
      if (child.exitCode === null) await once(child, 'exit')
    },
  }
}

/** The fields of /proc/<pid>/stat behind the name, which may hold anything. */
const statOf = (pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1).split(' ')

/** Milliseconds of processor time that a process has used so far. */
export function cpuOf(pid) {
  const stat = statOf(pid)
  return (Number(stat[11]) + Number(stat[12])) * TICK
}

/** The same for Postgres: its postmaster, the children it has buried, and those that live. */
export function cpuOfPostgres(pid) {
  const stat = statOf(pid)
  let total = [11, 12, 13, 14].reduce((sum, field) => sum + Number(stat[field]), 0) * TICK
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue
    try {
      if (Number(statOf(name)[1]) === pid) total += cpuOf(name)
    } catch {} // ended while it was looked at
  }
  return total
}
