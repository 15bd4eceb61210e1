import { mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { SpooledEnding } from '@yardmaster/protocol'

/** The place of one ending on disk, from before it is sent until it was accepted. */
export class Spool {
  /** @param path the file, in a directory whose `refused/` takes endings that the daemon will not have */
  constructor(private readonly path: string) {}

  /** Whole or not at all, and on the disk when this resolves. */
  async write(ending: SpooledEnding): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true, mode: 0o700 })
    const temporary = `${this.path}.${process.pid}.tmp`
    const file = await open(temporary, 'w', 0o600)
    try {
      await file.writeFile(JSON.stringify(ending))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(temporary, this.path)
    await this.#syncDirectory()
  }

  accepted(): Promise<void> {
    return rm(this.path, { force: true })
  }

  async refused(): Promise<void> {
    const directory = join(dirname(this.path), 'refused')
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await rename(this.path, join(directory, basename(this.path)))
  }

  /** A rename is on the disk only when its directory is. */
  async #syncDirectory(): Promise<void> {
    const directory = await open(dirname(this.path), 'r')
    await directory.sync().finally(() => directory.close())
  }
}
