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
export const signingSecret = (home: string): Promise<string> => secretIn(join(home, 'signing.key'), 48)

/**
 * The key that people's environment entries are sealed with, made at the first start.
 *
 * @throws StartFailure when the file holds something else
 */
export async function environmentKey(home: string): Promise<Buffer> {
  const file = join(home, 'environment.key')
  const key = Buffer.from((await secretIn(file, 32)).trim(), 'base64url')
  if (key.length === 32) return key
  throw new StartFailure(
    `${file} does not hold a key: put the one back that was there, or remove the file; people then set their entries again.`,
  )
}

/** The key that pushes are signed with, made at the first start: 32 bytes as base64url. */
export const pushKey = (home: string): Promise<string> => secretIn(join(home, 'push.key'), 32)

/** A file with so many random bytes as base64url, for this user alone; made if it is not there. */
async function secretIn(file: string, bytes: number): Promise<string> {
  const there = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (there !== null) {
    await chmod(file, 0o600)
    return there
  }
  const secret = randomBytes(bytes).toString('base64url')
  await writeFile(`${file}.new`, secret, { mode: 0o600 })
  await rename(`${file}.new`, file)
  return secret
}
