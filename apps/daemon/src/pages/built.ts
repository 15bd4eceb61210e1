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
  /** The document for a path below `/app/`, cut where its nonce goes. It names the files that the page there comes in. */
  pageAt(path: string): readonly string[]
}

const PARTS = 'parts.json'
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
    if (/\.(br|gz|html)$/.test(name) || name === PARTS) continue
    const encodings = (['br', 'gzip'] as const)
      .filter((encoding) => names.has(`${name}${endings[encoding]}`))
      .map((encoding) => ({ name: encoding, path: join(directory, `${name}${endings[encoding]}`) }))
    files.set(name, { path: join(directory, name), encodings })
  }
  const template = readFileSync(join(directory, 'index.html'), 'utf8')
  const html = Object.entries(known).reduce((html, [word, value]) => html.replaceAll(word, value), template)
  const document = (parts: string[]) =>
    html.replace('</head>', () => `${parts.map(linkTo).join('')}</head>`).split('__CSP_NONCE__')
  const routes = routesOf(join(directory, PARTS)).map(({ path, parts }) => ({ path, page: document(parts) }))
  const other = document([])
  return { files, pageAt: (path) => routes.find((route) => route.path.test(path))?.page ?? other }
}

/** The files of each page, as the build left a list of them. */
function routesOf(file: string): { path: RegExp; parts: string[] }[] {
  const parts = JSON.parse(readFileSync(file, 'utf8')) as Record<string, string[]>
  return Object.entries(parts).map(([route, parts]) => ({
    path: new RegExp(`^${route.slice(1).replaceAll(/\$\w+/g, '[^/]+')}/?$`),
    parts,
  }))
}

const linkTo = (name: string): string =>
  `<link rel="${name.endsWith('.css') ? 'stylesheet' : 'modulepreload'}" crossorigin href="/app/${name}">`

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
