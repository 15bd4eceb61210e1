// `npm start`: builds, then runs the daemon in this very process, so that a signal reaches it once.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const builder = fileURLToPath(new URL('build.mjs', import.meta.url))

process.chdir(root)
const exitCode = await build()
if (exitCode !== 0) process.exit(exitCode)
await import('../apps/daemon/dist/main.js')

/** @returns {Promise<number>} 0, or 1 when the sources do not build; the builder's words are on stderr then */
function build() {
  const since = performance.now()
  const seconds = () => ((performance.now() - since) / 1000).toFixed(1)
  const live = process.stderr.isTTY
  const draw = () => process.stderr.write(`\r● building … ${seconds()} s`)
  if (live) draw()
  else process.stderr.write('● building …\n')
  const timer = live ? setInterval(draw, 100) : null
  const compiler = spawn(process.execPath, [builder, ...(live ? ['--pretty'] : [])], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [compiler.stdout, compiler.stderr])
    stream.setEncoding('utf8').on('data', (text) => {
      said += text
    })
  return new Promise((resolve, reject) => {
    compiler.once('error', reject)
    compiler.once('close', (code) => {
      if (timer) clearInterval(timer)
      const ended = code === 0 ? `✓ built in ${seconds()} s` : '✗ the sources do not build:'
      process.stderr.write(`${live ? '\r\x1b[2K' : ''}${ended}\n${code === 0 ? '' : said}`)
      resolve(code === 0 ? 0 : 1)
    })
  })
}
