import { readFile } from 'node:fs/promises'
import type { Plugin } from 'vite'
import { Chunks } from './chunks.js'

/**
 * Leaves a list of the files that each page comes in beside the build, so that the daemon can name them in the document.
 * A browser then asks for them together with the first script, and not once that one has run and found out where it is:
 * a page came a fifth of a second later that way.
 *
 * The list is `parts.json`: by a route's path as the router has it, names below `/app/`, those of the first load left out.
 *
 * @param router the file that holds the routes, each with its `path` and the one page that it imports when needed
 */
export function pageParts(router: string): Plugin {
  return {
    name: 'page-parts',
    apply: 'build',
    async generateBundle(_options, bundle) {
      const chunks = new Chunks(bundle)
      const { first } = chunks
      const parts: Record<string, string[]> = {}
      for (const [path, page] of routesOf(await readFile(router, 'utf8'))) {
        const chunk = chunks.of(page)
        if (!chunk) this.error(`The route ${path} imports ${page}, which is no file of the build.`)
        const needed = [...chunks.with([chunk])].filter((chunk) => !first.has(chunk))
        const styles = needed.flatMap(({ viteMetadata }) => [...(viteMetadata?.importedCss ?? [])])
        parts[path] = [...new Set([...styles, ...needed.map(({ fileName }) => fileName)])]
      }
      this.emitFile({ type: 'asset', fileName: 'parts.json', source: JSON.stringify(parts) })
    },
  }
}

/** Paths, and the file names of their pages. */
function routesOf(source: string): [path: string, page: string][] {
  const routes = source.split('createRoute(').slice(1)
  return routes.map((route) => {
    const [, path] = /path: '([^']+)'/.exec(route) ?? []
    const [, page] = /import\('[^']*\/([\w-]+)\.js'\)/.exec(route) ?? []
    if (!path || !page) throw new Error(`A route without a path or a page of its own: ${route}`)
    return [path, page]
  })
}
