import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { access, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { git } from '@yardmaster/git'
import { processTable } from '@yardmaster/processes'
import type { Task } from '@yardmaster/protocol'
import { startTestDaemon, type TestDaemon } from '../daemon'

const modes = ['bubblewrap', 'unshare', 'none'] as const

/** What a hostile prompt tries, each a command that succeeds where it is not stopped; by the name it has in the table. */
const attacks = (yard: TestDaemon, outsider: number): Record<string, string> => ({
  "read the daemon's keys": `cat ${join(yard.home, 'signing.key')}`,
  "look into the daemon's home": `ls ${join(yard.home, 'runs')}`,
  "read the environment of the daemon's processes": `cat /proc/${outsider}/environ`,
  'signal a process of the host': `kill -0 ${outsider}`,
  'reach the data of Postgres': 'ls /var/lib/yardmaster/*',
  'write outside of the worktree': 'touch /etc/hostile-prompt && rm /etc/hostile-prompt',
  'mount the disk anew': 'mount -o remount,rw /',
  'mount it in a user namespace of its own': 'unshare -Ur mount -o remount,rw / && touch /etc/hostile-prompt',
  "change the repository's config": 'git config core.fsmonitor "touch /tmp/planted"',
  'plant a hook': 'echo true > "$(git rev-parse --git-common-dir)/hooks/post-commit"',
  "replace the worktree's .git file": 'mv .git .git-kept && mv .git-kept .git',
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
  let yard: TestDaemon
  let outsider: ReturnType<typeof spawn>
  beforeAll(async () => {
    yard = await startTestDaemon({ env: { YARDMASTER_ISOLATION: mode } })
    outsider = spawn('sleep', ['600'], { stdio: 'ignore' })
    await once(outsider, 'spawn')
  })
  afterAll(async () => {
    outsider?.kill('SIGKILL')
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

  test('says which it is', async () => {
    const { data } = await yard.admin.rest.service('runtimes').find()
    expect(data).toEqual([expect.objectContaining({ isolation: mode })])
  })

  test('stops what the page says it stops', async () => {
    const page = await readFile(join(__dirname, '../../context/isolation.md'), 'utf8')
    const row = (name: string) => page.split('\n').find((line) => line.startsWith(`| ${name} `))
    const column = 2 + modes.indexOf(mode)
    const told = Object.keys(attacks(yard, 1)).filter(
      (name) => row(name)?.split('|')[column]?.trim() !== 'stopped',
    )
    expect(await succeeded(attacks(yard, outsider.pid!))).toEqual(told)
  })

  test('lets an agent do its work', async () => {
    expect(await succeeded(work)).toEqual(Object.keys(work))
  })

  test('leaves nothing behind', async () => {
    const worktree = await yard.worktree()
    await run(worktree.id, '$ setsid -f sleep 987654 >/dev/null 2>&1 < /dev/null\n$ true')
    const left = await Promise.all(
      processTable().map(({ pid }) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
    )
    expect(left.filter((command) => command.includes('987654'))).toEqual([])
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
})
