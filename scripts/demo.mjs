// `npm run demo`: the story of one prompt on a temporary home, each step checked. Exit code 0 only if all were
// seen to happen; nothing is left behind.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { diffText, TranscriptView, tellSession } from '@yardmaster/cli'
import { connectRest, connectSocket } from '@yardmaster/client'
import pc from 'picocolors'
import { executorsGone, markOfRun, postgresDirectory, processesWith, startDaemon } from './demo/daemon.mjs'
import { behindBar, bold, dim, green, red, say, step } from './demo/stage.mjs'

const prompt = `Please greet the yard.
$ printf 'Hello from the yard.\\n' > HELLO.md
$ git add HELLO.md && git commit --quiet -m 'Greet the yard'`

const place = realpathSync(mkdtempSync(join(tmpdir(), 'yardmaster-demo-')))
const home = join(place, 'home')
const checkout = join(place, 'shop')
const since = performance.now()
let daemon = null
let socket = null
let postgres = null
const tasks = []

const interrupted = new Promise((_, reject) => {
  for (const signal of ['SIGINT', 'SIGTERM'])
    process.once(signal, () => reject(new Error(`${signal} received`)))
})

try {
  await Promise.race([story(), interrupted])
  say(
    `\n${green(bold('All of it happened'))} ${dim(`in ${((performance.now() - since) / 1000).toFixed(1)} s.`)}`,
  )
  say(`Now yours: ${bold('npm start')}`)
} catch (error) {
  say(red(`\nThe demo failed: ${error.message}`))
  if (daemon) say(`${dim('The last lines of the daemon:')}\n${daemon.tail()}`)
  process.exitCode = 1
} finally {
  await clearUp()
}

async function story() {
  say(bold('Yardmaster: from nothing to an agent’s work in a git worktree\n'))

  const link = await step('the daemon started on a fresh home, Postgres and all', async () => {
    daemon = startDaemon(home, behindBar)
    const [, url, token] = await daemon.prints(/(http:\/\/\S+?)\/app\/#token=(\S+)/)
    const health = await fetch(`${url}/healthz`)
    assert.equal(health.status, 200, '/healthz does not answer 200')
    postgres = postgresDirectory(home)
    return { url, token }
  })

  const { rest, token } = await step('signed in by the one-time link it printed', async () => {
    const signIn = { strategy: 'link', token: link.token }
    const authentication = connectRest(link.url).service('authentication')
    const { accessToken } = await authentication.create(signIn)
    await assert.rejects(authentication.create(signIn), { code: 401 }, 'the link worked twice')
    return { rest: connectRest(link.url, accessToken), token: accessToken }
  })

  const repo = await step('a git repository was made and added', async () => {
    makeRepository()
    return rest.service('repos').create({ name: 'shop', path: checkout })
  })

  const worktree = await step('a worktree was made on a branch of its own', async () => {
    const made = await rest.service('worktrees').create({ repo_id: repo.id, name: 'greeting' })
    assert.ok(existsSync(join(made.path, 'README.md')), 'the worktree has no files')
    assert.equal(git(made.path, 'branch', '--show-current'), made.branch)
    return made
  })

  const session = await step('a session with the shell agent began', async () =>
    rest.service('sessions').create({ worktree_id: worktree.id, harness: 'shell', title: 'The demo' }),
  )

  socket = connectSocket(link.url, token)
  const transcript = await step('its transcript is followed over a socket', () => follow(session.id))

  const first = await step('a prompt was queued', () => transcript.prompt(prompt))
  for (const what of ['writing', 'committing'])
    await step(`the agent asked before ${what}, and was allowed over the API`, async () => {
      const request = await transcript.nextRequest()
      const { option_id } = request.options.find(({ kind }) => kind === 'allow_once')
      await rest.service('permission-requests').patch(request.id, { option_id })
    })

  const done = await step('the task completed', async () => {
    const task = await transcript.ending(first.id)
    assert.equal(task.status, 'completed', `it ${task.status}: ${task.error?.message ?? task.failure_reason}`)
    assert.deepEqual(
      task.git_state.files.map(({ path }) => path),
      ['HELLO.md'],
    )
    return task
  })

  await step('the commit is in the worktree', async () => {
    assert.equal(git(worktree.path, 'log', '-1', '--format=%s'), 'Greet the yard')
    assert.equal(git(worktree.path, 'rev-parse', 'HEAD'), done.git_state.end.sha)
    assert.equal(git(worktree.path, 'status', '--porcelain'), '')
  })

  await step('the diff shows it', async () => {
    const answer = await fetch(`${link.url}/sessions/${session.id}/diff`, {
      headers: { Authorization: `Bearer ${token}` },
    })
    assert.equal(answer.status, 200)
    const diff = await answer.json()
    const file = diff.files.find(({ path }) => path === 'HELLO.md')
    assert.match(file?.patch ?? '', /^\+Hello from the yard\.$/m, 'the diff does not hold the file')
    behindBar(`${diffText(diff, pc)}\n`)
  })

  await step('a second prompt resumed the same conversation', async () => {
    const second = await transcript.ending((await transcript.prompt('/history')).id)
    assert.equal(second.status, 'completed')
    assert.equal(second.agent_session_id, done.agent_session_id, 'it began another one')
    const { data } = await rest
      .service('messages')
      .find({ query: { session_id: session.id, task_id: second.id } })
    const words = JSON.stringify(data.filter(({ role }) => role === 'agent'))
    assert.match(words, /Greet the yard/, 'the agent remembers nothing')
  })

  await step('the daemon stopped cleanly', async () => {
    transcript.stop()
    await executorsGone(tasks)
    assert.equal(await daemon.stop(), 0, 'its exit code')
    assert.ok(!existsSync(join(home, 'daemon.json')), 'daemon.json was left behind')
  })

  await step('nothing was left behind', async () => {
    assert.deepEqual(processesWith(traces()), [], 'processes were left behind')
    removeDirectories()
    for (const directory of directories()) assert.ok(!existsSync(directory), `${directory} was left behind`)
  })
}

/** The session's transcript on the terminal, and what the story waits for in it. */
async function follow(session_id) {
  const view = new TranscriptView(behindBar, pc)
  const requests = mailbox()
  const endings = new Map()
  const ending = (id) => {
    if (!endings.has(id)) endings.set(id, mailbox())
    return endings.get(id)
  }
  const telling = tellSession(socket, session_id, {
    message: (message) => view.message(message),
    request(request) {
      view.request(request)
      if (request.status === 'pending') requests.put(request)
    },
    task(task) {
      view.task(task)
      if (task.completed_at) ending(task.id).put(task)
    },
  })
  await telling.started
  return {
    async prompt(text) {
      const task = await socket.service('sessions').prompt({ id: session_id, prompt: text })
      tasks.push(task)
      return task
    },
    nextRequest: () => Promise.race([requests.take(), telling.broken]),
    ending: (id) => Promise.race([ending(id).take(), telling.broken]),
    stop() {
      telling.stop()
      socket.close()
    },
  }
}

/** Things that come in their own time, taken one by one. */
function mailbox() {
  const waiting = []
  const arrived = []
  return {
    put: (thing) => (waiting.length > 0 ? waiting.shift()(thing) : arrived.push(thing)),
    take: () =>
      arrived.length > 0 ? Promise.resolve(arrived.shift()) : new Promise((resolve) => waiting.push(resolve)),
  }
}

function makeRepository() {
  git(place, 'init', '--quiet', '--initial-branch=main', checkout)
  git(checkout, 'config', 'user.name', 'Yardmaster demo')
  git(checkout, 'config', 'user.email', 'demo@example.com')
  writeFileSync(join(checkout, 'README.md'), '# Shop\n')
  git(checkout, 'add', 'README.md')
  git(checkout, 'commit', '--quiet', '-m', 'Begin')
}

function git(directory, ...args) {
  // Nothing of the user's own: their commits may be signed, their hooks ask questions.
  const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' }
  // Under root the worktree belongs to whom the agent runs as, which git does not like by itself.
  return execFileSync('git', ['-c', 'safe.directory=*', ...args], {
    cwd: directory,
    env,
    encoding: 'utf8',
  }).trim()
}

function directories() {
  return postgres ? [place, postgres] : [place]
}

/** What any process of the demo has about it. */
function traces() {
  return [...directories(), ...tasks.map(markOfRun)]
}

function removeDirectories() {
  for (const directory of directories()) rmSync(directory, { recursive: true, force: true })
}

async function clearUp() {
  socket?.close()
  postgres ??= postgresDirectory(home)
  if (daemon) {
    const timer = setTimeout(() => daemon.kill(), 15_000)
    await daemon.stop()
    clearTimeout(timer)
  }
  for (const pid of processesWith(traces()))
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // it went by itself
    }
  removeDirectories()
}
