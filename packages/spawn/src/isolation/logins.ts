import { createHash } from 'node:crypto'
import { constants, lstat, mkdir, open, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { makePrivate } from '../files.js'

/** Nothing that signs somebody in is as large: bytes. */
const LARGEST = 1024 * 1024

/** What a run has of the sign-ins of whoever prompted it. Kept in its record, so that it is taken back after a kill -9. */
export interface Loan {
  /** The home inside, where agents write: nothing in it is followed. */
  home: string
  /** Where the person's files are kept; null: there is no person any more. */
  kept: string | null
  /** Paths below both, each with a digest of what is lent; null where there was nothing yet. */
  files: { path: string; digest: string | null }[]
}

/**
 * What is to be lent to a run, and how it is handed in: to be called when the loan is on record and no process of an
 * earlier run is left in the home, since it is root's hand, maybe, in a place that agents shaped. What somebody else's run
 * left there is removed in any case.
 */
export async function lend(
  home: string,
  kept: string | null,
  paths: readonly string[],
): Promise<{ loan: Loan; handIn(): Promise<void> }> {
  const found = await Promise.all(paths.map((path) => (kept ? contentOf(kept, path) : null)))
  const files = paths.map((path, n) => ({ path, digest: digestOf(found[n] ?? null) }))
  return {
    loan: { home, kept, files },
    async handIn() {
      for (const [n, path] of paths.entries()) {
        await rm(await cleared(home, path), { recursive: true, force: true })
        const content = found[n]
        if (content) await writeFile(join(home, path), content, { mode: 0o600, flag: 'wx' })
      }
    },
  }
}

/**
 * Takes a loan out of the home again. What the run changed, by signing in or by a token that was renewed, is kept for its
 * person; what it left as it was is not, since another run of theirs may have renewed it meanwhile.
 *
 * @throws Error of the file system
 */
export async function takeBack({ home, kept, files }: Loan): Promise<void> {
  for (const { path, digest } of files) {
    const now = await contentOf(home, path)
    if (now && kept && digestOf(now) !== digest) await keep(join(kept, path), now)
    if (await leadsThere(home, path)) await rm(join(home, path), { recursive: true, force: true })
  }
}

async function keep(file: string, content: Buffer): Promise<void> {
  await makePrivate(dirname(file))
  await writeFile(`${file}.new`, content, { mode: 0o600 })
  await rename(`${file}.new`, file)
}

/** Null where there is no such file, a link is on the way, or it is none that signs anybody in. */
async function contentOf(root: string, path: string): Promise<Buffer | null> {
  if (!(await leadsThere(root, path))) return null
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK
  const file = await open(join(root, path), flags).catch(() => null)
  if (!file) return null
  try {
    const state = await file.stat()
    return state.isFile() && state.size <= LARGEST ? await file.readFile() : null
  } finally {
    await file.close()
  }
}

/** The directories that lead to a path, the root left out. */
const above = (path: string): string[] => {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, n) => parts.slice(0, n + 1).join('/'))
}

/** Whether directories alone lead there, and no link. */
async function leadsThere(root: string, path: string): Promise<boolean> {
  for (const place of above(path)) if (!(await isDirectory(join(root, place)))) return false
  return true
}

/** Makes directories lead there, in the place of whatever else is in the way. */
async function cleared(root: string, path: string): Promise<string> {
  for (const place of above(path).map((one) => join(root, one))) {
    if (await isDirectory(place)) continue
    await rm(place, { recursive: true, force: true })
    await mkdir(place, { mode: 0o700 })
  }
  return join(root, path)
}

const isDirectory = (path: string): Promise<boolean> =>
  lstat(path).then(
    (state) => state.isDirectory(),
    () => false,
  )

const digestOf = (content: Buffer | null): string | null =>
  content && createHash('sha256').update(content).digest('hex')
