import { createHash } from 'node:crypto'
import { firstFingerprint, type Queryable, replaceFingerprint } from '@yardmaster/store'
import { StartFailure } from './failure.js'

/**
 * Sees to it that every daemon on a database has one and the same key. The database knows only its fingerprint: a hash of
 * so many random bytes tells nothing of them.
 *
 * @param name of its file in the home
 * @param among whether there may be other daemons on this database; one that is alone may come with another key
 * @returns whether the key took the place of another one
 * @throws StartFailure for another key than the other daemons have
 */
export async function shareKey(
  on: Queryable,
  name: string,
  secret: string,
  among: boolean,
): Promise<boolean> {
  const ours = createHash('sha256').update(`yardmaster ${name}\n${secret}`).digest('hex')
  const known = (await firstFingerprint(on, name, ours))[0]?.fingerprint
  if (known === ours) return false
  if (among)
    throw new StartFailure(
      `The ${name} in this home is not the one that this database was first served with: copy ${name} from the home of a daemon that serves it.`,
    )
  await replaceFingerprint(on, name, ours)
  return true
}
