import { randomBytes } from 'node:crypto'
import { access, chmod, constants, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { StartFailure } from './failure.js'

/** Makes the home, private to its user. @throws StartFailure when it cannot be written */
export async function openHome(home: string): Promise<void> {
  try {
    await makeDirectory(home)
    await access(home, constants.R_OK | constants.W_OK | constants.X_OK)
    await chmod(home, 0o700)
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code
    throw new StartFailure(
      `The home ${home} cannot be written (${why}): give another one in YARDMASTER_HOME, or its rights to this user.`,
    )
  }
}

// Node's own recursive mkdir never returns below /proc, which answers that its own directory is not there.
async function makeDirectory(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST' && (await stat(path)).isDirectory()) return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    await makeDirectory(dirname(path))
    await mkdir(path, { mode: 0o700 })
  }
}

/** The secret that tokens are signed with, made at the first start. Whoever can read it can be anybody. */
export async function signingSecret(home: string): Promise<string> {
  const file = join(home, 'signing.key')
  const there = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (there !== null) return there
  const secret = randomBytes(48).toString('base64url')
  await writeFile(`${file}.new`, secret, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return secret
}
