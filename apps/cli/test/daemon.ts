import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createTestDatabase } from '../../../test/database.js'

const root = resolve(__dirname, '../../..')

export interface Answer {
  code: number
  stdout: string
  stderr: string
}

export interface Started {
  /** A directory for the test's own things. */
  place: string
  home: string
  url: string
  link: string
  /** Runs `yardmaster` as a program of its own. */
  yardmaster(args: string[], options?: { input?: string; as?: string; token?: string }): Promise<Answer>
  /** The same with `--json`; fails unless it ends with 0. */
  json<T>(...args: string[]): Promise<T>
  /** The environment in which the program is the admin's. */
  asAdmin: NodeJS.ProcessEnv
  /** A git repository with one commit. */
  repository(name: string): Promise<string>
  stop(): Promise<void>
}

/** The built daemon on a database, a home and a port of its own. */
export async function startDaemon(): Promise<Started> {
  const database = await createTestDatabase()
  const place = mkdtempSync(join(tmpdir(), 'yardmaster-cli-'))
  const home = join(place, 'home')
  const bare = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(YARDMASTER_|DATABASE_|REDIS_URL$)/.test(name)),
  )
  const daemon = spawn(process.execPath, [join(root, 'apps/daemon/dist/main.js')], {
    env: {
      ...bare,
      YARDMASTER_HOME: home,
      YARDMASTER_PORT: '0',
      DATABASE_URL: database.url,
      DATABASE_OWNER_URL: database.ownerUrl,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const link = await printed(daemon, /http:\/\/\S+\/app\/#token=\S+(?=\s)/)

  const environment = (as: string): NodeJS.ProcessEnv => ({
    ...bare,
    YARDMASTER_HOME: home,
    XDG_CONFIG_HOME: join(place, 'config', as),
    NO_COLOR: '1',
  })
  const yardmaster: Started['yardmaster'] = (args, { input = '', as = 'admin', token } = {}) =>
    new Promise((settle) => {
      const env = { ...environment(as), ...(token ? { YARDMASTER_TOKEN: token } : {}) }
      const child = execFile(
        process.execPath,
        [join(root, 'apps/cli/bin/yardmaster.js'), ...args],
        { env, cwd: place },
        (_error, stdout, stderr) => settle({ code: child.exitCode ?? -1, stdout, stderr }),
      )
      child.stdin?.end(input)
    })

  return {
    place,
    home,
    link,
    url: new URL(link).origin,
    yardmaster,
    asAdmin: environment('admin'),
    async json(...args) {
      const { code, stdout, stderr } = await yardmaster([...args, '--json'])
      if (code !== 0) throw new Error(`yardmaster ${args.join(' ')} ended with ${code}: ${stderr}`)
      return JSON.parse(stdout)
    },
    async repository(name) {
      const path = join(place, 'code', name)
      mkdirSync(path, { recursive: true })
      await git(path, 'init', '--quiet', '--initial-branch=main')
      await git(path, 'config', 'user.name', 'Test')
      await git(path, 'config', 'user.email', 'test@example.com')
      writeFileSync(join(path, 'README.md'), `# ${name}\n`)
      await git(path, 'add', '.')
      await git(path, 'commit', '--quiet', '-m', 'Begin')
      return path
    },
    async stop() {
      daemon.kill('SIGTERM')
      if (daemon.exitCode === null) await once(daemon, 'exit')
      await database.drop()
      rmSync(place, { recursive: true, force: true })
    },
  }
}

function git(cwd: string, ...args: string[]): Promise<void> {
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
  return new Promise((done, failed) =>
    execFile('git', args, { cwd, env }, (error) => (error ? failed(error) : done())),
  )
}

function printed(daemon: ChildProcess, pattern: RegExp): Promise<string> {
  let log = ''
  return new Promise((found, failed) => {
    for (const stream of [daemon.stdout, daemon.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        log += text
        const [match] = pattern.exec(log) ?? []
        if (match) found(match)
      })
    daemon.once('exit', (code) => failed(new Error(`the daemon ended with ${code}:\n${log}`)))
  })
}
