import { realpath } from 'node:fs/promises'
import { homedir, tmpdir, userInfo } from 'node:os'

/** Where everybody's scratch files and sockets lie, and the data of root's Postgres. */
const shared = ['/tmp', '/var/tmp', '/run', '/var/lib/yardmaster']

/**
 * What nobody may see inside: the shared places, the homes of the OS user that runs this, and Yardmaster's. Those that
 * do not exist need no hiding.
 */
export async function hiddenPlaces(yardHome: string): Promise<string[]> {
  const wanted = [...shared, tmpdir(), homedir(), userInfo().homedir, yardHome]
  const real = await Promise.all(wanted.map((path) => realpath(path).catch(() => '/')))
  // A user without a home of its own is given the root.
  return [...new Set(real)].filter((path) => path !== '/')
}
