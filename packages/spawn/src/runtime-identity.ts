import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { makePrivate, writeJson } from './files.js'

/**
 * Who this home is as a runtime: `runtime.json` in it, made at the first call and the same ever after.
 *
 * @throws Error naming the file when it is there and cannot be read: a new id would orphan every session that
 *   runs here, so none is made up
 */
export async function runtimeIdentity(home: string): Promise<{ id: string }> {
  const file = join(home, 'runtime.json')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw new Error(`${file} cannot be read: ${error.message}`)
  })
  if (text === null) {
    const made = { id: randomUUID() as string }
    await makePrivate(home)
    await writeJson(file, made)
    return made
  }
  const id = readId(text)
  if (!id) throw new Error(`${file} holds no runtime id; put the one back that it had: {"id": "<uuid>"}.`)
  return { id }
}

function readId(text: string): string | null {
  try {
    const { id } = JSON.parse(text) as { id?: unknown }
    return typeof id === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id) ? id : null
  } catch {
    return null
  }
}
