import { readFile, stat } from 'node:fs/promises'
import { StoreError } from '../errors.js'

/** The user that Postgres runs as. */
export interface ServerUser {
  uid: number
  gid: number
}

// In this order: `postgres` is made for it, `nobody` is everywhere. Both have the passwd entry that initdb asks for.
const candidates = ['postgres', 'nobody']

/**
 * Undefined for an ordinary user, who runs Postgres as themself. Postgres refuses root, so for root it is
 * whoever owns the data directory, or an unprivileged user where there is none yet.
 */
export async function serverUser(dataDir: string): Promise<ServerUser | undefined> {
  if (process.getuid?.() !== 0) return undefined
  const owner = await stat(dataDir).catch(() => null)
  if (owner && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid }
  const entries = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const name of candidates) {
    const entry = entries.find((fields) => fields[0] === name)
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) }
  }
  throw new StoreError(
    'POSTGRES_START_FAILED',
    'Postgres does not run as root, and there is no user postgres or nobody: add one, start Yardmaster as an ' +
      'ordinary user, or set DATABASE_URL.',
  )
}
