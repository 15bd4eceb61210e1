import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, gzip } from 'node:zlib'
import type { Plugin } from 'vite'

const encodings = { '.gz': promisify(gzip), '.br': promisify(brotliCompress) }

/** Leaves a gzip and a brotli form beside each text file of the build, so that the daemon compresses nothing. */
export function precompress(): Plugin {
  let directory = ''
  return {
    name: 'precompress',
    apply: 'build',
    configResolved({ root, build }) {
      directory = join(root, build.outDir)
    },
    async closeBundle() {
      const names = await readdir(directory, { recursive: true })
      const texts = names.filter((name) => /\.(js|css|svg|webmanifest)$/.test(name))
      await Promise.all(texts.map((name) => compress(join(directory, name))))
    },
  }
}

async function compress(file: string): Promise<void> {
  const { size } = await stat(file)
  // In one packet either way.
  if (size < 1_400) return
  const content = await readFile(file)
  for (const [ending, encode] of Object.entries(encodings))
    await writeFile(`${file}${ending}`, await encode(content))
}
