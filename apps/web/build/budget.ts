import { gzipSync } from 'node:zlib'
import type { Plugin } from 'vite'

interface Chunk {
  type: 'chunk'
  code: string
  isEntry: boolean
  imports: string[]
}

/**
 * Fails the build when what a browser must load before it shows anything grows over a limit: the entry and all that
 * it imports statically.
 *
 * @param limit bytes, gzipped
 */
export function firstLoadBudget(limit: number): Plugin {
  return {
    name: 'first-load-budget',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((output) => output.type === 'chunk') as (Chunk & {
        fileName: string
      })[]
      const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]))
      const needed = new Set<string>()
      const need = (name: string): void => {
        const chunk = byName.get(name)
        if (!chunk || needed.has(name)) return
        needed.add(name)
        chunk.imports.forEach(need)
      }
      for (const { fileName, isEntry } of chunks) if (isEntry) need(fileName)
      const bytes = [...needed].reduce((sum, name) => sum + gzipSync(byName.get(name)!.code).length, 0)
      const size = `${(bytes / 1024).toFixed(0)} KB of gzipped script in the first load`
      if (bytes > limit) this.error(`${size}, over the limit of ${limit / 1024} KB.`)
      this.info(size)
    },
  }
}
