import { basename } from 'node:path'

/** What the build makes of modules that are loaded together, as far as it matters here. */
export interface Chunk {
  type: 'chunk'
  fileName: string
  code: string
  isEntry: boolean
  facadeModuleId: string | null
  imports: string[]
  viteMetadata?: { importedCss: Set<string> }
}

/** The chunks of a build, and what each needs to be there before it runs. */
export class Chunks {
  readonly all: Chunk[]

  constructor(bundle: object) {
    this.all = Object.values(bundle).filter((output) => output.type === 'chunk')
  }

  /** That of a page, by the name of its file without the ending. */
  of(page: string): Chunk | undefined {
    return this.all.find(({ facadeModuleId }) => basename(facadeModuleId ?? '') === `${page}.tsx`)
  }

  /** Of some chunks and all that they import, what they import first. */
  with(chunks: Iterable<Chunk>, into = new Set<Chunk>()): Set<Chunk> {
    for (const chunk of chunks) {
      if (into.has(chunk)) continue
      into.add(chunk)
      this.with(
        this.all.filter(({ fileName }) => chunk.imports.includes(fileName)),
        into,
      )
    }
    return into
  }

  /** What is loaded wherever one begins. */
  get first(): Set<Chunk> {
    return this.with(this.all.filter(({ isEntry }) => isEntry))
  }
}
