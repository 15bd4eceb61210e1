import { lstat, readFile, rename, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { agentUser } from '@yardmaster/processes'
import { makePrivate } from '../files.js'

/**
 * The home that a harness has inside: `<home>/homes/<user>/<harness>`, so that what one person signed in to is no other's.
 * Made at the first use and kept, and with a name for commits, which whoever works there may change.
 *
 * @param user id of whoever prompted; null where they are gone
 */
export async function privateHome(home: string, user: string | null, harness: string): Promise<string> {
  const place = join(home, 'homes', user ?? 'nobody', harness)
  if (await lstat(place).catch(() => null)) return place
  await makePrivate(place)
  await writeFile(join(place, '.gitconfig'), '[user]\n\tname = Yardmaster agent\n\temail = agent@localhost\n')
  return place
}

/**
 * The list of users as it is seen inside, where it says of whoever runs there that this is their home: some programs
 * (ssh, for one) ask it and not the environment.
 */
export async function usersFile(place: string): Promise<string> {
  const [all, agent] = await Promise.all([readFile('/etc/passwd', 'utf8'), agentUser(undefined)])
  const { uid, gid } = agent ?? userInfo()
  const others = all.split('\n').filter((line) => line !== '' && line.split(':')[2] !== String(uid))
  const me = `agent:x:${uid}:${gid}:Yardmaster agent:${place}:/bin/sh`
  const file = `${place}.passwd`
  await writeFile(`${file}.new`, `${[...others, me].join('\n')}\n`, { mode: 0o644 })
  await rename(`${file}.new`, file)
  return file
}
