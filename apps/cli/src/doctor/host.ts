import { execFile } from 'node:child_process'
import { accessSync, constants, statSync } from 'node:fs'
import { connect } from 'node:net'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import type { Settings } from '@yardmaster/protocol'
import { broken, type Check, ok } from './check.js'

const lowest = { node: [20, 19], git: [2, 30] } as const

export function checkNode(version = process.versions.node): Check {
  return atLeast(version, lowest.node)
    ? ok('node', version)
    : broken('node', `${version} is too old: install ${lowest.node.join('.')} or newer`)
}

export async function checkGit(): Promise<Check> {
  try {
    const { stdout } = await promisify(execFile)('git', ['--version'])
    const version = /\d+(\.\d+)+/.exec(stdout)?.[0] ?? stdout.trim()
    return atLeast(version, lowest.git)
      ? ok('git', version)
      : broken('git', `${version} is too old: install ${lowest.git.join('.')} or newer`)
  } catch {
    return broken('git', `not found: install git ${lowest.git.join('.')} or newer`)
  }
}

/** Whether Yardmaster's home can be written, or made where it is not there yet. */
export function checkHome(home: string): Check {
  try {
    if (!statSync(home).isDirectory()) return broken('home', `${home} is no directory: set YARDMASTER_HOME`)
    accessSync(home, constants.W_OK)
    return ok('home', home)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT' || home === dirname(home))
      return broken('home', `${home} cannot be written (${code})`)
    return checkHome(dirname(home)).state === 'ok'
      ? ok('home', `${home}, not made yet`)
      : broken('home', `${home} cannot be made there: set YARDMASTER_HOME`)
  }
}

/** Whether something listens where `DATABASE_URL` points; whether it is well is `/readyz`'s to say. */
export function checkDatabase({ database_url }: Settings): Promise<Check> {
  const name = 'database'
  if (database_url === null) return Promise.resolve(ok(name, 'embedded Postgres, started by the daemon'))
  const url = new URL(database_url)
  const [host, port] = [url.searchParams.get('host') ?? url.hostname, Number(url.port || 5432)]
  const socket = host.startsWith('/')
    ? connect(`${host}/.s.PGSQL.${port}`)
    : connect(port, host || 'localhost')
  const place = `${host || 'localhost'}:${port}`
  return new Promise((resolve) => {
    const say = (check: Check) => {
      socket.destroy()
      resolve(check)
    }
    socket.setTimeout(5000, () => say(broken(name, `nothing answers at ${place} (DATABASE_URL)`)))
    socket.once('connect', () => say(ok(name, `something answers at ${place}`)))
    socket.once('error', ({ message }) =>
      say(broken(name, `nothing answers at ${place} (DATABASE_URL): ${message}`)),
    )
  })
}

function atLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const [ours = 0, oursMinor = 0] = version.split('.').map(Number)
  return ours > major || (ours === major && oursMinor >= minor)
}
