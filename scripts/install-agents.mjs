// Installs the agents that `npm run test:agents` drives into .agents/, apart from the workspace: they are big, and
// nothing but that test needs them. What is there in the pinned version stays.
import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Exact versions: an agent is a moving target, and a test that fails overnight tells nobody why. */
const agents = [{ name: 'opencode-ai', version: '1.18.33', command: 'opencode', megabytes: 350 }]

const directory = fileURLToPath(new URL('../.agents', import.meta.url))

for (const agent of agents) {
  const { name, version, megabytes } = agent
  if (installedVersion(agent) === version) {
    console.error(`✓ ${name} ${version} is there`)
    continue
  }
  await step(`installing ${name} ${version} (${megabytes} MB)`, () => install(agent))
  const found = installedVersion(agent)
  if (found !== version) fail(`${name} was installed, but ${found ?? 'nothing'} answers to --version.`)
}

async function install({ name, version }) {
  mkdirSync(directory, { recursive: true })
  // npm runs the install scripts of packages or not, by version and settings. So it never does here, and the one that
  // puts the program for this processor and C library in its place is run by hand.
  const flags = ['--ignore-scripts', '--no-save', '--no-audit', '--no-fund', '--loglevel=error']
  await run('npm', ['install', '--prefix', directory, '--workspaces=false', ...flags, `${name}@${version}`])
  await run(process.execPath, [join(directory, 'node_modules', name, 'postinstall.mjs')])
}

/** What the program says of itself: a package whose program cannot run here counts as none. */
function installedVersion({ command }) {
  const program = join(directory, 'node_modules', '.bin', command)
  try {
    return execFileSync(program, ['--version'], { encoding: 'utf8', stdio: 'pipe' }).trim()
  } catch {
    return null
  }
}

function run(command, args) {
  const child = spawn(command, args, { cwd: directory, stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said = (said + text).slice(-5_000)
    })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => (code === 0 ? resolve() : reject(new Error(said.trim()))))
  })
}

/** Shows that it goes on, and for how long already. */
async function step(what, work) {
  const since = performance.now()
  const seconds = () => ((performance.now() - since) / 1000).toFixed(1)
  const live = process.stderr.isTTY
  const draw = () => process.stderr.write(`\r● ${what} … ${seconds()} s`)
  if (!live) console.error(`● ${what} …`)
  const timer = live ? setInterval(draw, 100) : null
  const outcome = await work().then(
    () => null,
    (error) => error,
  )
  if (timer) clearInterval(timer)
  if (live) process.stderr.write('\r\x1b[2K')
  if (outcome)
    fail(`${what} failed after ${seconds()} s. It needs npm and its registry. npm said:\n${outcome.message}`)
  console.error(`✓ ${what}: ${seconds()} s`)
}

function fail(why) {
  console.error(`✗ ${why}`)
  process.exit(1)
}
