// `npm run build`: compiles what runs in Node, and bundles the web app when something it is made of has changed.
import { spawn } from 'node:child_process'
import { readdir, stat, utimes } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const web = join(root, 'apps/web')
const { resolve } = createRequire(import.meta.url)

// What the app is bundled from: its own sources, and the packages that it imports as the compiler left them.
const sources = [
  ...['src', 'build', 'public', 'index.html', 'vite.config.ts', 'package.json'].map((name) =>
    join(web, name),
  ),
  ...['client', 'policy', 'protocol'].map((name) => join(root, 'packages', name, 'dist')),
  join(root, 'package-lock.json'),
]

const compiled = await run(root, resolve('typescript/bin/tsc'), ['-b', ...process.argv.slice(2)])
if (compiled !== 0) process.exit(compiled)
const built = join(web, 'dist/index.html')
const newest = Math.max(...(await Promise.all(sources.map(changedAt))))
if (newest > (await changedAt(built))) {
  const bundled = await run(web, join(resolve('vite/package.json'), '../bin/vite.js'), [
    'build',
    '--logLevel',
    'warn',
  ])
  if (bundled !== 0) process.exit(bundled)
  // Not older than what changed while it was built would be; what changes from here on is newer.
  // A date has whole milliseconds, and a file has parts of one: rounded down, it would be older than itself.
  const until = new Date(Math.ceil(newest))
  await utimes(built, until, until)
}

/** Milliseconds since the epoch of the last change of a file, or of any below a directory; 0 where there is none. */
async function changedAt(path) {
  const found = await stat(path).catch(() => null)
  if (!found) return 0
  if (!found.isDirectory()) return found.mtimeMs
  const names = await readdir(path, { recursive: true })
  const times = await Promise.all(names.map(async (name) => (await stat(join(path, name))).mtimeMs))
  return Math.max(0, ...times)
}

/** @returns {Promise<number>} the exit code of a program of Node's */
function run(cwd, program, args) {
  const child = spawn(process.execPath, [program, ...args], { cwd, stdio: 'inherit' })
  return new Promise((settle, fail) => {
    child.once('error', fail)
    child.once('close', (code) => settle(code ?? 1))
  })
}
