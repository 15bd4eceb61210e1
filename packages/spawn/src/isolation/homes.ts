import { execFile } from 'node:child_process'
import { lstat, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { userInfo } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { agentUser } from '@yardmaster/processes'
import { makePrivate } from '../files.js'

const isId = (name: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(name)

/**
 * The homes that harnesses have inside, below `<home>/homes`. A conversation belongs to its session, and so does the home
 * that it lies in: whoever may prompt goes on with it. What a person signed in to is theirs and lies apart, out of reach,
 * until a run of theirs begins (see {@link lend}). Caches are a person's, since a copy for each session fills the disk.
 */
export class Homes {
  readonly #root: string

  constructor(home: string) {
    this.#root = join(home, 'homes')
  }

  /**
   * Made at the session's first run, and kept.
   *
   * @param source the session whose conversation the coming run begins with a copy of: a run that does has none of its
   *   own yet, so its home becomes a copy of the other's, whatever an attempt before it has left
   */
  async session(id: string, source: string | null = null): Promise<string> {
    const place = join(this.#root, 'sessions', id)
    const from = source && join(this.#root, 'sessions', source)
    return from && (await exists(from)) ? copied(from, place) : made(place)
  }

  /** For a harness that is only asked who it is. */
  probe(harness: string): Promise<string> {
    return made(join(this.#root, 'probes', harness))
  }

  /** Where the files are kept by which a person is signed in. */
  logins(user: string, harness: string): string {
    return join(this.#root, 'people', user, harness)
  }

  async cache(user: string, harness: string): Promise<string> {
    const place = join(this.#root, 'caches', user, harness)
    await makePrivate(place)
    return place
  }

  /** Ids of the sessions and people of whom something is kept. */
  async owners(): Promise<string[]> {
    const names = await Promise.all(
      ['sessions', 'people', 'caches'].map((kind) => readdir(join(this.#root, kind)).catch(() => [])),
    )
    return [...new Set(names.flat().filter(isId))]
  }

  /** Takes away all that is kept of a session or a person. */
  async remove(id: string): Promise<void> {
    // The folder last: by it `owners` finds what a crash in between has left.
    for (const kind of ['sessions', 'people', 'caches'])
      for (const name of [`${id}.passwd`, id])
        await rm(join(this.#root, kind, name), { recursive: true, force: true })
  }
}

/** With a name for commits, which whoever works there may change. */
async function made(place: string): Promise<string> {
  if (await exists(place)) return place
  await makePrivate(place)
  await writeFile(join(place, '.gitconfig'), '[user]\n\tname = Yardmaster agent\n\temail = agent@localhost\n')
  return place
}

/** By `cp`, which takes links, pipes and owners for what they are: an agent has written there. */
async function copied(from: string, place: string): Promise<string> {
  const unfinished = `${place}.new`
  await rm(unfinished, { recursive: true, force: true })
  await promisify(execFile)('cp', ['-a', '--', from, unfinished])
  await rm(place, { recursive: true, force: true })
  await rename(unfinished, place)
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

const exists = (path: string): Promise<boolean> =>
  lstat(path).then(
    () => true,
    () => false,
  )
