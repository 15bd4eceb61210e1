import { lstat, opendir } from 'node:fs/promises'
import { join } from 'node:path'

export interface DiskUse {
  /** What its files take on the disk. */
  bytes: number
  files: number
  /** Everything was counted; false where there was too much of it. */
  complete: boolean
}

const bounds = { entries: 200_000, milliseconds: 5_000 }

/**
 * What a directory takes, links not followed, files with several names counted once. Ends early, and says so, where
 * there is more than can be looked at in a moment.
 *
 * @throws what opendir does where the directory itself is not there
 */
export async function diskUse(directory: string, { entries, milliseconds } = bounds): Promise<DiskUse> {
  const until = performance.now() + milliseconds
  const found: DiskUse = { bytes: 0, files: 0, complete: true }
  const seen = new Set<string>()
  const waiting = [directory]
  let looked = 0
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    // What is removed while one looks takes nothing any more.
    const listing = await opendir(path).catch((error) => {
      if (path === directory) throw error
      return null
    })
    if (!listing) continue
    for await (const entry of listing) {
      looked += 1
      if (looked > entries || performance.now() > until) return { ...found, complete: false }
      const at = join(path, entry.name)
      const stat = await lstat(at).catch(() => null)
      if (!stat) continue
      const name = `${stat.dev}:${stat.ino}`
      if (stat.nlink > 1 && !stat.isDirectory() && seen.has(name)) continue
      if (stat.nlink > 1 && !stat.isDirectory()) seen.add(name)
      found.bytes += stat.blocks * 512
      if (stat.isDirectory()) waiting.push(at)
      else found.files += 1
    }
  }
  return found
}
