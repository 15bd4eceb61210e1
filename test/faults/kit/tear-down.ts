import { readFileSync, rmSync } from 'node:fs'
import { dirname } from 'node:path'
import { inWords, type Kill, type Moment, type Outcome, outcomes, table } from './outcomes'

/** Prints the table of what was seen, and how many of its cells were. */
export default function tearDown(): void {
  const file = process.env.FAULTS_OUTCOMES!
  const seen = readFileSync(file, 'utf8').split('\n').slice(0, -1).map(parse)
  rmSync(dirname(file), { recursive: true, force: true })
  const cells = Object.values(outcomes).flatMap((row) => Object.values(row).filter(Boolean)).length
  const cell = (moment: Moment, kill: Kill) =>
    inWords(seen.find((one) => one.moment === moment && one.kill === kill)?.outcome ?? null)
  process.stdout.write(`\n${table(cell)}\ncounted: ${seen.length} of ${cells} cells of the kill table\n`)
}

const parse = (line: string): { moment: Moment; kill: Kill; outcome: Outcome } => JSON.parse(line)
