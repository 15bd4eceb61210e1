import fc from 'fast-check'
import { type ChangedFile, parseChanges } from '../src/diff/changes.js'
import { splitPatches } from '../src/diff/patches.js'

const path = fc
  .oneof(
    fc.string({ minLength: 1, unit: 'binary' }),
    fc.constantFrom(':100644 000000 a b M', '1\t2\tx', '-\t-\t', '\n', '\t', 'diff --git a/x b/x'),
  )
  .map((text) => text.replaceAll('\0', '') || 'x')

const status = fc.constantFrom('added', 'modified', 'deleted', 'renamed', 'copied', 'typechange')
const count = fc.nat(9999)
const change = fc
  .record({ path, old_path: path, status, lines: fc.option(fc.tuple(count, count)) })
  .map(({ path, old_path, status, lines }): ChangedFile => {
    const [added, removed] = lines ?? [null, null]
    const moved = status === 'renamed' || status === 'copied'
    return { path, status, added, removed, ...(moved ? { old_path } : {}) } as ChangedFile
  })

const LETTERS = { added: 'A', modified: 'M', deleted: 'D', renamed: 'R087', copied: 'C100', typechange: 'T' }

/** As gitdiff-tree(1), "RAW OUTPUT FORMAT" and "OTHER DIFF FORMATS", says of `-z`. */
function asGitWrites(files: ChangedFile[]): string {
  const raw = files.flatMap((file) => [
    `:100644 100644 ${'a'.repeat(40)} ${'b'.repeat(40)} ${LETTERS[file.status]}`,
    ...(file.old_path === undefined ? [file.path] : [file.old_path, file.path]),
  ])
  const numbers = files.flatMap((file) => {
    const counts = `${file.added ?? '-'}\t${file.removed ?? '-'}\t`
    return file.old_path === undefined ? [counts + file.path] : [counts, file.old_path, file.path]
  })
  return [...raw, ...numbers].map((field) => `${field}\0`).join('')
}

test('whatever the names, changes are read as git wrote them', () => {
  const changes = fc.uniqueArray(change, { selector: (file) => file.path, maxLength: 8 })
  fc.assert(fc.property(changes, (files) => expect(parseChanges(asGitWrites(files))).toEqual(files)))
})

const line = fc.oneof(
  fc
    .tuple(fc.constantFrom('+', '-', ' ', '\\'), fc.string())
    .map(([mark, text]) => mark + text.replaceAll('\n', '')),
  fc.constantFrom('+diff --git a/x b/x', '--- a/x', '@@ -1 +1 @@', ' \ndiff --gitless'),
)
const patch = fc.array(line).map((body) => ['diff --git a/f b/f', ...body, ''].join('\n'))

async function* inPieces(bytes: Buffer, sizes: number[]): AsyncGenerator<Buffer> {
  for (let at = 0, n = 0; at < bytes.length; n++) {
    const size = sizes[n % sizes.length] ?? 1
    yield bytes.subarray(at, at + size)
    at += size
  }
}

test('however the bytes arrive, patches are split at their headers', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(fc.array(patch), sizes, async (patches, sizes) => {
      const read = []
      for await (const piece of splitPatches(inPieces(Buffer.from(patches.join('')), sizes), 1e6))
        read.push(piece)
      expect(read).toEqual(patches.map((text) => ({ text, truncated: false })))
    }),
  )
})

test('a patch that is cut is a whole number of lines within the limit, and says that it is cut', async () => {
  const sizes = fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 })
  await fc.assert(
    fc.asyncProperty(patch, sizes, fc.integer({ min: 20, max: 80 }), async (text, sizes, limit) => {
      for await (const piece of splitPatches(inPieces(Buffer.from(text), sizes), limit)) {
        expect(text.startsWith(piece.text)).toBe(true)
        expect(Buffer.byteLength(piece.text)).toBeLessThanOrEqual(limit)
        expect(piece.truncated).toBe(Buffer.byteLength(text) > limit)
        expect(piece.text.endsWith('\n')).toBe(true)
      }
    }),
  )
})
