import { stat } from 'node:fs/promises'
import { dirname, sep } from 'node:path'
import type { AgentUser } from './agent-user.js'

/** One step on the way from the host's file system, read-only, to what is seen inside. */
export type Mount =
  | { kind: 'empty'; at: string; mode: string }
  | { kind: 'directory'; at: string }
  | { kind: 'read' | 'write'; from: string; at: string }

export const read = (path: string, at = path): Mount => ({ kind: 'read', from: path, at })
export const write = (path: string): Mount => ({ kind: 'write', from: path, at: path })
export const empty = (at: string, mode = '0755'): Mount => ({ kind: 'empty', at, mode })

/**
 * The whole list, in the order in which it is to be mounted: what is hidden, then what is bound back into it, each with
 * the directories that lead there. The last are said one by one because bubblewrap would make them for itself alone.
 *
 * @param user whom a directory on the way might keep out, null if nobody; such a one is replaced by an empty one
 */
export async function inOrder(
  hidden: readonly string[],
  bound: readonly Mount[],
  user: AgentUser | null,
): Promise<Mount[]> {
  const covered = new Set(hidden)
  if (user) for (const { at } of bound) for (const place of await closed(at, hidden, user)) covered.add(place)
  const masks = [...covered].filter((path) => !isBelowAny(path, [...covered])).sort()
  const mounts: Mount[] = masks.map((path) => empty(path, /(^|\/)tmp$/.test(path) ? '1777' : '0755'))
  const made = new Set(masks)
  // What is bound has directories of its own.
  const there: string[] = []
  for (const mount of bound) {
    for (const place of above(mount.at).reverse())
      if (isBelowAny(place, masks) && !isBelowAny(place, there) && !made.has(place)) {
        made.add(place)
        mounts.push({ kind: 'directory', at: place })
      }
    made.add(mount.at)
    if (mount.kind === 'read' || mount.kind === 'write') there.push(mount.at)
    mounts.push(mount)
  }
  return mounts
}

/** Whether a path lies in one of some directories; a directory does not lie in itself. */
export const isBelowAny = (path: string, directories: readonly string[]): boolean =>
  directories.some((directory) => path.startsWith(directory.endsWith(sep) ? directory : directory + sep))

/** The directories above a path, the nearest first, less the root. */
function above(path: string): string[] {
  const parent = dirname(path)
  return parent === path || parent === '/' ? [] : [parent, ...above(parent)]
}

/** Those above a path that the user may not pass, as far as they are not hidden anyway. */
async function closed(path: string, hidden: readonly string[], user: AgentUser): Promise<string[]> {
  const found: string[] = []
  for (const place of above(path)) {
    if (hidden.includes(place) || isBelowAny(place, hidden)) continue
    const state = await stat(place).catch(() => null)
    const bit = state?.uid === user.uid ? 0o100 : state?.gid === user.gid ? 0o010 : 0o001
    if (state && !(state.mode & bit)) found.push(place)
  }
  return found
}
