import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { enclose } from './enclosure.js'
import { hiddenPlaces } from './hidden.js'
import { type Isolation, type IsolationMode, noIsolation } from './isolation.js'

export interface ProbedIsolation {
  isolation: Isolation
  /** Why those before it did not do, a sentence for each. */
  problems: string[]
}

/** Milliseconds that one attempt may take. */
const TIMEOUT = 10_000

/**
 * Finds out by trying which way of shutting programs in works here. That a program is installed says little: user
 * namespaces may be forbidden, or mounting.
 *
 * @param home Yardmaster's, which exists
 * @param wanted the only one that will do; by default the first that works
 */
export async function probeIsolation(home: string, wanted?: IsolationMode): Promise<ProbedIsolation> {
  const hidden = await hiddenPlaces(home)
  const problems: string[] = []
  for (const mode of wanted ? [wanted] : (['bubblewrap', 'unshare'] as const)) {
    if (mode === 'none') break
    const problem = await attempt({ mode, hidden }, home)
    if (problem === null) return { isolation: { mode, hidden }, problems }
    problems.push(`${mode} does not work: ${problem}`)
  }
  return { isolation: noIsolation, problems }
}

/** What an enclosure is for, in one command: the home is gone, what was bound back is there and can be written. */
async function attempt(isolation: Isolation, home: string): Promise<string | null> {
  if (isolation.mode === 'unshare' && process.getuid?.() !== 0) return 'only root may make such namespaces'
  const directory = await mkdtemp(join(home, 'isolation-'))
  const place = join(directory, 'bound')
  try {
    await mkdir(place)
    await writeFile(join(directory, 'hidden'), '')
    const enclosure = await enclose(isolation, { write: [place] })
    await enclosure.settle()
    const processes = await readlink('/proc/self/ns/pid')
    const look =
      '[ ! -e "$1/hidden" ]; [ "$(readlink /proc/self/ns/pid)" != "$2" ]; echo shut in >"$1/bound/said"'
    const [program = '', ...args] = await enclosure.command('sh', ['-ec', look, 'sh', directory, processes], {
      cwd: place,
    })
    await promisify(execFile)(program, args, { timeout: TIMEOUT })
    const said = await readFile(join(place, 'said'), 'utf8')
    return said === 'shut in\n' ? null : 'it said nothing'
  } catch (error) {
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string }
    if (code === 'ENOENT') return 'it is not installed'
    return (
      stderr?.trim().split('\n').at(-1) ||
      (message.length > 200 ? 'what is to be hidden can be seen' : message)
    )
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
