import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A file in which the tests note what each kill came to. */
export default function setUp(): void {
  const file = join(mkdtempSync(join(tmpdir(), 'yardmaster-outcomes-')), 'outcomes')
  writeFileSync(file, '')
  process.env.FAULTS_OUTCOMES = file
}
