import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { access, mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { git } from '@yardmaster/git'
import { processTable } from '@yardmaster/processes'
import type { Task } from '@yardmaster/protocol'
import { startTestDaemon, type TestDaemon } from '../daemon'

const modes = ['bubblewrap', 'unshare', 'none'] as const

/** A socket of the host's that has no place in its files. */
const abstract = `yardmaster-hostile-prompt-${process.pid}`

/** A command that succeeds if a socket takes the connection. */
const connects = (path: string) =>
  `node -e "require('net').connect('${path}').once('connect', () => process.exit(0)).once('error', () => process.exit(1))"`

/** The files of the run's Postgres: its socket, and the record that has its passwords. */
const postgres = () => ({
  socket: join(new URL(process.env.TEST_APP_URL!).searchParams.get('host')!, '.s.PGSQL.5432'),
  record: join(
    tmpdir(),
    `yardmaster-test-${process.env.TEST_TEMPLATE!.split('_').at(-1)}-*`,
    'postgres.json',
  ),
})

interface Strangers {
  /** A process of the host's. */
  outsider: number
  /** One of another run's, as the host numbers it. */
  neighbour: number
}

/** What a hostile prompt tries, each a command that succeeds where it is not stopped; by the name it has in the table. */
const attacks = (yard: TestDaemon, { outsider, neighbour }: Strangers): Record<string, string> => ({
  "read the daemon's keys": `cat ${join(yard.home, 'signing.key')}`,
  "look into the daemon's home": `ls ${join(yard.home, 'runs')}`,
  "read the environment of the daemon's processes": `cat /proc/${outsider}/environ`,
  'signal a process of the host': `kill -0 ${outsider}`,
  'signal another run': `kill -0 ${neighbour}`,
  'reach the data of Postgres': 'ls /var/lib/yardmaster/*',
  "read Postgres' passwords": `cat ${postgres().record}`,
  "connect to Postgres' socket": connects(postgres().socket),
  'connect to an abstract socket of the host': connects(`\\0${abstract}`),
  'write outside of the worktree': 'touch /etc/hostile-prompt && rm /etc/hostile-prompt',
  'mount the disk anew': 'mount -o remount,rw /',
  'mount it in a user namespace of its own': 'unshare -Ur mount -o remount,rw / && touch /etc/hostile-prompt',
  "change the repository's config": 'git config core.fsmonitor "touch /tmp/planted"',
  'plant a hook': 'echo true > "$(git rev-parse --git-common-dir)/hooks/post-commit"',
  "replace the worktree's .git file": 'mv .git .git-kept && mv .git-kept .git',
  "rewrite where the worktree's record leads":
    'cd "$(git rev-parse --git-dir)" && { (cat gitdir > g; cat g > gitdir) || (cat commondir > c; cat c > commondir); }',
  'add a record of a worktree':
    'cd "$(git rev-parse --git-common-dir)/worktrees" && mkdir more && rmdir more',
  'name object stores of others':
    'cd "$(git rev-parse --git-common-dir)/objects/info" && : > alternates && rm alternates',
  'keep a capability': 'grep -E "^CapEff:\\s+0*[1-9a-f]" /proc/self/status',
})

/** What an agent is there for. */
const work: Record<string, string> = {
  'write in the worktree': 'echo made > made.txt',
  commit: 'git add -A && git commit -qm made',
  'make a branch': 'git branch more',
  'reach the network':
    "node -e \"require('net').connect(Number(process.argv[1]), '127.0.0.1').once('connect', () => process.exit(0)).once('error', () => process.exit(1))\" $PORT",
  'keep something in its home': 'echo kept > ~/kept && cat ~/kept',
}

describe.each(modes)('%s', (mode) => {
  /** A time that no other test on the host sleeps for, so that the process can be told by its command line. */
  const seconds = (which: number) => String(process.pid * 100 + modes.indexOf(mode) * 10 + which)
  let yard: TestDaemon
  let outsider: ReturnType<typeof spawn>
  let listener: Server
  beforeAll(async () => {
    yard = await startTestDaemon({ env: { YARDMASTER_ISOLATION: mode } })
    outsider = spawn('sleep', ['600'], { stdio: 'ignore' })
    await once(outsider, 'spawn')
    listener = createServer((socket) => socket.destroy()).listen(`\0${abstract}`)
    await once(listener, 'listening')
  })
  afterAll(async () => {
    outsider?.kill('SIGKILL')
    listener?.close()
    await yard?.stop()
  })

  /** Runs the commands as one prompt, and answers which of them succeeded. */
  async function succeeded(commands: Record<string, string>): Promise<string[]> {
    const worktree = await yard.worktree()
    const names = Object.keys(commands)
    // Each notes its own success in the worktree: outside is where the test looks.
    const lines = Object.values(commands).map((command, at) => `$ (${command}) && : > .ok-${at} || true`)
    await run(worktree.id, lines.join('\n').replaceAll('$PORT', new URL(yard.url).port))
    const noted = await Promise.all(
      names.map((_, at) =>
        access(join(worktree.path, `.ok-${at}`)).then(
          () => true,
          () => false,
        ),
      ),
    )
    return names.filter((_, at) => noted[at])
  }

  async function run(worktree_id: string, prompt: string): Promise<Task> {
    const session = await yard.session(worktree_id, yard.admin, { permission_mode: 'auto' })
    const socket = await yard.socket(yard.admin.token)
    const ended = new Promise<Task>((resolve) => {
      socket.service('tasks').on('patched', (task) => {
        if (['completed', 'failed'].includes(task.status)) resolve(task)
      })
    })
    await socket.service('subscriptions').create({ session_id: session.id })
    await socket.service('sessions').prompt({ id: session.id, prompt })
    const task = await ended
    socket.close()
    expect(task).toMatchObject({ status: 'completed' })
    return task
  }

  /** Begins a run of somebody else's, which the end of the daemon ends, and answers with a process in it. */
  async function neighbour(): Promise<number> {
    const { id } = await yard.session((await yard.worktree()).id, yard.admin, { permission_mode: 'auto' })
    const forLong = seconds(2)
    await yard.admin.rest.service('sessions').prompt({ id, prompt: `$ sleep ${forLong}` })
    for (;;) {
      for (const { pid } of processTable()) {
        const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
        if (command === `sleep\0${forLong}\0`) return pid
      }
      await delay(20)
    }
  }

  test('says which it is', async () => {
    const { data } = await yard.admin.rest.service('runtimes').find()
    expect(data).toEqual([expect.objectContaining({ isolation: mode })])
  })

  test('stops what the page says it stops', async () => {
    const page = await readFile(join(__dirname, '../../context/isolation.md'), 'utf8')
    const row = (name: string) => page.split('\n').find((line) => line.startsWith(`| ${name} `))
    const column = 2 + modes.indexOf(mode)
    const tried = attacks(yard, { outsider: outsider.pid!, neighbour: await neighbour() })
    const told = Object.keys(tried).filter((name) => row(name)?.split('|')[column]?.trim() !== 'stopped')
    expect(await succeeded(tried)).toEqual(told)
  })

  test('lets an agent do its work', async () => {
    expect(await succeeded(work)).toEqual(Object.keys(work))
  })

  test('leaves nothing behind', async () => {
    const worktree = await yard.worktree()
    await run(worktree.id, `$ setsid -f sleep ${seconds(1)} >/dev/null 2>&1 < /dev/null\n$ true`)
    const left = () =>
      processTable().some(({ pid }) => {
        try {
          return readFileSync(`/proc/${pid}/cmdline`, 'utf8') === `sleep\0${seconds(1)}\0`
        } catch {
          return false
        }
      })
    // An executor tells the end and closes its harness at the same time, so the process may be there a moment longer.
    while (left()) await delay(20)
  })

  test('a filter driver that was planted sees nothing when the daemon looks at the worktree', async () => {
    const worktree = await yard.worktree()
    const task = await run(
      worktree.id,
      [
        '$ printf "* filter=planted\\n" > .gitattributes',
        '$ echo changed > file.txt',
        `$ git config --worktree filter.planted.clean "cat ${join(yard.home, 'signing.key')}; true" || true`,
      ].join('\n'),
    )
    const key = await readFile(join(yard.home, 'signing.key'), 'utf8')
    const diff = await yard.admin.rest.service('sessions').diff({ id: task.session_id })
    expect(JSON.stringify(diff)).not.toContain(key)
    const end = task.git_state?.end as { snapshot?: string } | null
    const seen = await git(['grep', '-c', key, end?.snapshot ?? 'HEAD'], { cwd: worktree.path }).catch(
      () => '',
    )
    expect(seen).toBe('')
  })

  test('nothing that was planted for git runs when the daemon looks, makes a worktree of it and removes that', async () => {
    const { id: repo_id, path: repo } = await yard.repo()
    // As sparse checkouts have it: git reads settings from a file that the agent can write.
    await git(['config', 'extensions.worktreeConfig', 'true'], { cwd: repo })
    const { id: worktree_id, path } = await yard.worktree({ repo_id })
    // Where the directory is writable inside as well as outside, so that whatever runs can leave its mark.
    const marks = (name: string, then = 'cat') => `touch ${path}/.ran-${name}; ${then}`
    const settings = {
      'core.fsmonitor': marks('fsmonitor', 'false'),
      'core.hooksPath': join(path, 'hooks'),
      'diff.external': marks('external', 'true'),
      'diff.planted.textconv': marks('textconv', 'cat "$1"; true'),
      'diff.planted.command': marks('command', 'true'),
      'filter.planted.clean': marks('clean'),
      'filter.planted.smudge': marks('smudge'),
    }
    const plant = Object.entries(settings).flatMap(([key, value]) => {
      const quoted = `'${value.replaceAll("'", "'\\''")}'`
      // Into the repository's config, and into a file that git reads where worktrees have settings of their own.
      return [
        `git config ${key} ${quoted} || true`,
        `git config --file "$(git rev-parse --git-dir)/config.worktree" ${key} ${quoted} || true`,
      ]
    })
    const hooks = ['post-checkout', 'reference-transaction', 'post-index-change'].map(
      (name) => `printf '#!/bin/sh\\ntouch ${path}/.ran-${name}\\n' > hooks/${name}`,
    )
    const commands = [
      'echo first > file.txt; printf "*.txt diff=planted filter=planted\\n" > .gitattributes',
      'git add -A && git commit -qm planted && echo second > file.txt',
      `mkdir hooks; ${hooks.join('; ')}; chmod +x hooks/*`,
      ...plant,
    ]
    const task = await run(worktree_id, commands.map((command) => `$ ${command}`).join('\n'))
    const ran = async () => (await readdir(path)).filter((name) => name.startsWith('.ran-')).sort()

    const { rest } = yard.admin
    const diff = await rest.service('sessions').diff({ id: task.session_id })
    expect(JSON.stringify(diff)).toContain('+second')
    await rest.service('worktrees').files({ id: worktree_id, text: 'file' })
    const { name } = await rest.service('worktrees').get(worktree_id)
    const made = await rest.service('worktrees').create({ repo_id, name: `of-${name}`, base: name })
    expect(await readFile(join(made.path, 'file.txt'), 'utf8')).toBe('first\n')
    await rest.service('worktrees').remove(made.id)
    expect(await ran()).toEqual([])

    // What was planted is alive, where it could be: the same by a git of the agent's own user.
    if (mode !== 'none') return
    await run(worktree_id, '$ git status; git diff; git add -A; git checkout -q -B more')
    expect(await ran()).toEqual(
      expect.arrayContaining(['.ran-clean', '.ran-fsmonitor', '.ran-post-checkout']),
    )
  })

  test('a link among the refs leads the daemon nowhere when it makes a branch', async () => {
    const { id, repo_id } = await yard.worktree()
    const outside = join(yard.home, 'outside')
    await mkdir(outside)
    const log = join(yard.home, 'log')
    await writeFile(log, 'kept')
    const plant = `ln -s ${outside} refs/heads/led && ln -s ${log} logs/refs/heads/logged`
    await run(id, `$ cd "$(git rev-parse --git-common-dir)" && mkdir -p logs/refs/heads && ${plant}`)
    const makes = (name: string, branch: string) =>
      yard.admin.rest
        .service('worktrees')
        .create({ repo_id, name, branch })
        .then(
          () => 'made',
          ({ code }) => code,
        )
    const open = mode === 'none'
    expect(await makes('one', 'logged')).toBe(open ? 'made' : 500)
    expect(await makes('two', 'led/there')).toBe(open ? 'made' : 500)
    expect(await makes('three', 'led-not')).toBe('made')
    expect(await readdir(outside)).toEqual(open ? ['there'] : [])
    expect((await readFile(log, 'utf8')) === 'kept').toBe(!open)
  })
})
