import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A file of the built web app, and the encodings in which it lies beside itself, the best first. */
export interface BuiltFile {
  path: string
  encodings: { name: 'br' | 'gzip'; path: string }[]
}

export interface Built {
  /** By their names below `/app/`. What is not here is not sent, whatever a path says. */
  files: ReadonlyMap<string, BuiltFile>
  /** The page, cut where its nonce goes. */
  page: readonly string[]
}

const endings = { br: '.br', gzip: '.gz' } as const

/**
 * The web app as it was built, read once.
 *
 * @param known what the page is told, in the places of these words
 * @returns null where it was not built
 */
export function readBuilt(directory: string, known: Record<string, string> = {}): Built | null {
  const names = namesIn(directory)
  if (!names.has('index.html')) return null
  const files = new Map<string, BuiltFile>()
  for (const name of names) {
    if (/\.(br|gz|html)$/.test(name)) continue
    const encodings = (['br', 'gzip'] as const)
      .filter((encoding) => names.has(`${name}${endings[encoding]}`))
      .map((encoding) => ({ name: encoding, path: join(directory, `${name}${endings[encoding]}`) }))
    files.set(name, { path: join(directory, name), encodings })
  }
  const template = readFileSync(join(directory, 'index.html'), 'utf8')
  const page = Object.entries(known).reduce((html, [word, value]) => html.replaceAll(word, value), template)
  return { files, page: page.split('__CSP_NONCE__') }
}

function namesIn(directory: string): Set<string> {
  try {
    const entries = readdirSync(directory, { recursive: true, withFileTypes: true })
    const from = directory.length + 1
    return new Set(
      entries
        .filter((entry) => entry.isFile())
        .map((entry) => join(entry.parentPath, entry.name).slice(from)),
    )
  } catch {
    return new Set()
  }
}
