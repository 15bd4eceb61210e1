import { execFileSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import {
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Homes } from '../src/isolation/homes.js'
import { lend, takeBack } from '../src/isolation/logins.js'
import { World } from './support/agent.js'
import { assignment } from './support/assignments.js'
import { until } from './support/processes.js'

const path = '.local/share/agent/auth.json'

describe('the homes of sessions and the sign-ins of people', () => {
  let yard: string
  let homes: Homes
  beforeEach(async () => {
    yard = await mkdtemp(join(tmpdir(), 'yardmaster-homes-'))
    homes = new Homes(yard)
  })
  afterEach(() => rm(yard, { recursive: true, force: true }))

  async function write(file: string, text: string): Promise<void> {
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, text)
  }
  const kept = (person: string) => homes.logins(person, 'agent')

  /** A run of a person in a home, in which `work` is done; null: it is killed, and nobody takes anything back. */
  async function run(home: string, person: string, work: (file: string) => Promise<void> | null) {
    const { loan, handIn } = await lend(home, kept(person), [path])
    await handIn()
    const done = work(join(home, path))
    await done
    if (done) await takeBack(loan)
  }

  it('a sign-in goes with its person, from one session to the next, and is in no home at rest', async () => {
    const [one, other] = [await homes.session(randomUUID()), await homes.session(randomUUID())]
    await run(one, 'a', (file) => write(file, 'of a'))
    expect(existsSync(join(one, path))).toBe(false)
    await run(one, 'b', async (file) => expect(existsSync(file)).toBe(false))
    await run(other, 'a', async (file) => {
      expect(await readFile(file, 'utf8')).toBe('of a')
      expect((await stat(file)).mode & 0o777).toBe(0o600)
      await writeFile(file, 'renewed')
    })
    await run(one, 'a', async (file) => expect(await readFile(file, 'utf8')).toBe('renewed'))
    expect((await stat(join(kept('a'), path))).mode & 0o777).toBe(0o600)
    expect((await stat(kept('a'))).mode & 0o777).toBe(0o700)
  })

  it('what a killed run has left is gone before the next begins, whoever prompts it', async () => {
    const home = await homes.session(randomUUID())
    await run(home, 'a', (file) => write(file, 'of a'))
    await run(home, 'a', () => null)
    expect(existsSync(join(home, path))).toBe(true)
    const { handIn } = await lend(home, null, [path])
    await handIn()
    expect(existsSync(join(home, path))).toBe(false)
  })

  it('what a run left as it was does not go over what another has renewed meanwhile', async () => {
    const [one, other] = [await homes.session(randomUUID()), await homes.session(randomUUID())]
    await run(one, 'a', (file) => write(file, 'first'))
    await run(one, 'a', () => run(other, 'a', (file) => writeFile(file, 'second')))
    expect(await readFile(join(kept('a'), path), 'utf8')).toBe('second')
  })

  it('links that an agent put in the way lead nowhere: nothing behind them is read, written or removed', async () => {
    const home = await homes.session(randomUUID())
    const outside = join(yard, 'outside')
    await write(join(outside, 'auth.json'), 'secret')
    const plant = async (place: string, to: string) => {
      await rm(join(home, place), { recursive: true, force: true })
      await mkdir(dirname(join(home, place)), { recursive: true })
      await symlink(to, join(home, place))
    }
    for (const [place, to] of [
      ['.local/share/agent/auth.json', join(outside, 'auth.json')],
      ['.local/share/agent', outside],
    ] as const) {
      await run(home, 'a', () => plant(place, to))
      expect(existsSync(kept('a'))).toBe(false)
      await write(join(kept('a'), path), 'of a')
      await plant(place, to)
      await run(home, 'a', async (file) => expect(await readFile(file, 'utf8')).toBe('of a'))
      expect(await readFile(join(outside, 'auth.json'), 'utf8')).toBe('secret')
      expect(await readdir(outside)).toEqual(['auth.json'])
      await rm(kept('a'), { recursive: true })
    }
  })

  it('a fork begins with a copy of the home, links and pipes as they are, and goes its own way', async () => {
    const [source, fork] = [randomUUID(), randomUUID()]
    const from = await homes.session(source)
    await write(join(from, '.local/talk'), 'said')
    await symlink('/etc/shadow', join(from, 'link'))
    execFileSync('mkfifo', [join(from, 'pipe')])
    await write(join(await homes.session(fork), 'left'), 'by an attempt before')

    const home = await homes.session(fork, source)
    await writeFile(join(from, '.local/talk'), 'gone on')
    expect(await readFile(join(home, '.local/talk'), 'utf8')).toBe('said')
    expect(await readlink(join(home, 'link'))).toBe('/etc/shadow')
    expect((await readdir(home)).sort()).toEqual(['.gitconfig', '.local', 'link', 'pipe'])
    expect(await homes.session(fork)).toBe(home)
    expect(await readFile(join(home, '.local/talk'), 'utf8')).toBe('said')
  })
})

describe('a runtime agent that shuts harnesses in', () => {
  let world: World
  beforeEach(async () => {
    world = await World.make()
  })
  afterEach(() => world.close())

  const login = '.agent/auth.json'
  async function isolated() {
    await writeFile(join(world.home, 'harnesses.json'), JSON.stringify({ shell: { login: [login] } }))
    return world.agent({ isolation: { mode: 'bubblewrap', hidden: [world.home] } })
  }

  it('takes back what a run was lent when its executor is killed, once its processes are gone', async () => {
    const person = randomUUID()
    const kept = join(new Homes(world.home).logins(person, 'shell'), login)
    await mkdir(dirname(kept), { recursive: true })
    await writeFile(kept, 'signed in')
    const work = assignment(world.work, 'hang')
    world.daemon.assignments.push([{ ...work, task: { ...work.task, created_by: person } }])
    const agent = await isolated()
    await agent.start()

    const told = async () =>
      JSON.parse((await readFile(join(world.work, `${work.task.id}.json`), 'utf8').catch(() => '')) || 'null')
    const { order } = await until(told)
    expect(order.shut_in.home).toBe(join(world.home, 'homes', 'sessions', work.session.id))
    expect(order.harness.env.XDG_CACHE_HOME).toBe(join(world.home, 'homes', 'caches', person, 'shell'))
    const inside = join(order.shut_in.home, login)
    expect(await readFile(inside, 'utf8')).toBe('signed in')
    await rename(inside, `${inside}.old`)
    await writeFile(inside, 'renewed')
    const [executor] = (await readFile(join(world.work, `${work.task.id}.pids`), 'utf8')).split('\n')
    process.kill(Number(executor), 'SIGKILL')
    await world.daemon.ending('failed')
    expect(existsSync(inside)).toBe(false)
    expect(await readFile(kept, 'utf8')).toBe('renewed')
  })

  it('asks whose homes are nobody’s any more, and removes those', async () => {
    const homes = new Homes(world.home)
    const [gone, here, person] = [randomUUID(), randomUUID(), randomUUID()]
    await homes.session(gone)
    await homes.session(here)
    await homes.cache(person, 'shell')
    const agent = await isolated()
    const asked = () => world.daemon.calls.filter(({ body }) => body?.homes)
    world.daemon.decide = ({ body }) => (body?.homes && asked().length === 1 ? 'cut' : null)
    await agent.start()
    // What is not answered is asked again.
    await until(() => asked().length === 2)
    for (const { body } of asked()) expect(body.homes.sort()).toEqual([gone, here, person].sort())

    world.daemon.orders = { stop: [], gone: [], removed: [gone, person] }
    agent.tidyHint()
    await until(() => !existsSync(join(world.home, 'homes', 'caches', person)))
    expect(await readdir(join(world.home, 'homes', 'sessions'))).toEqual([here])
  })
})
