import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'
import { Chunks } from './chunks.js'

/**
 * Fails the build when what a browser must load before it shows anything grows over a limit: the entry, the page one
 * begins at, and all that they import statically.
 *
 * @param limit bytes, gzipped
 * @param page name of that page's file, without the ending
 */
export function firstLoadBudget(limit: number, page: string): Plugin {
  return {
    name: 'first-load-budget',
    generateBundle(_options, bundle) {
      const chunks = new Chunks(bundle)
      const start = chunks.of(page)
      if (!start) this.error(`There is no ${page} in the build.`)
      const needed = [...chunks.with([start], chunks.first)]
      const bytes = needed.reduce((sum, { code }) => sum + gzipSync(code).length, 0)
      const size = `${(bytes / 1024).toFixed(0)} KB of gzipped script in the first load`
      if (bytes > limit) this.error(`${size}, over the limit of ${limit / 1024} KB.`)
      this.info(size)
    },
  }
}
