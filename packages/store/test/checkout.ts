import { cp, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'

const ROOT = join(__dirname, '..', '..', '..')

interface Manifest {
  dependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
}

/**
 * Copies the built store and what it needs into `directory`, as installed packages that any user can read: the
 * checkout itself may be below a directory that only its owner can enter.
 */
export async function installStore(directory: string): Promise<void> {
  const done = new Set<string>()
  const install = async (name: string): Promise<void> => {
    if (done.has(name)) return
    done.add(name)
    const from = join(ROOT, 'node_modules', name)
    const manifest = await readFile(join(from, 'package.json'), 'utf8').catch(() => null)
    // A platform's package that is not this platform's.
    if (!manifest) return
    const to = join(directory, 'node_modules', name)
    await mkdir(dirname(to), { recursive: true, mode: 0o755 })
    // Ours are links into the checkout; links inside of a package stay what they say, and do not lead back to it.
    const isOurs = name.startsWith('@yardmaster/')
    await cp(from, to, { recursive: true, dereference: isOurs, verbatimSymlinks: !isOurs })
    const { dependencies, optionalDependencies } = JSON.parse(manifest) as Manifest
    for (const needed of Object.keys({ ...dependencies, ...optionalDependencies })) await install(needed)
  }
  await install('@yardmaster/store')
}
