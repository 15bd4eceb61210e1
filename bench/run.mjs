// Runs every measure, both sides in one run, and writes bench/RESULTS.md. `npm run bench -- claims` runs one.
import { writeFile } from 'node:fs/promises'
import { cpus, totalmem } from 'node:os'
import { browser } from './browser/browser.mjs'
import { claims } from './claims/claims.mjs'
import { http } from './http/http.mjs'
import { siblings } from './siblings/siblings.mjs'
import { sizesOf } from './sizes/sizes.mjs'
import { catchUp } from './sockets/catch-up.mjs'
import { memory } from './sockets/memory.mjs'
import { sockets } from './sockets/sockets.mjs'

const measures = { http, sockets, memory, 'catch-up': catchUp, siblings, sizes: sizesOf, claims, browser }

const wanted = process.argv.slice(2)
const chosen = Object.entries(measures).filter(([name]) => wanted.length === 0 || wanted.includes(name))
const rows = []
for (const [name, measure] of chosen) {
  process.stderr.write(`${name} …\n`)
  rows.push(...(await measure((line) => process.stderr.write(`  ${line}\n`))))
}

const table = [
  '| measure | against | bar | ratio, median (least to most) | ours | theirs |',
  '|---|---|---|---|---|---|',
  ...rows.map(
    (row) => `| ${row.measure} | ${row.against} | ${row.bar} | ${row.ratio} | ${row.ours} | ${row.theirs} |`,
  ),
].join('\n')
console.log(table)

if (wanted.length === 0) {
  const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'CPU'}, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}`
  const day = new Date().toISOString().slice(0, 10)
  const page = `# Results\n\nMade by \`npm run bench\` on ${day}: ${machine}. Both sides of a row ran in turns on the same Postgres in one\nrun, which all shared the machine; ratios count, single figures do not.\n\n${table}\n`
  await writeFile(new URL('RESULTS.md', import.meta.url), page)
}
