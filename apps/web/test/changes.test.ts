import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { promptOf } from '../src/features/changes/comments.js'
import { paired, parsePatch } from '../src/features/changes/patch.js'
import { rowsOf } from '../src/features/changes/rows.js'

let dir: string
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yardmaster-patch-'))
})
afterAll(() => rm(dir, { recursive: true }))

/** What git says; it ends with 1 where files differ. */
async function gitDiff(before: string, after: string): Promise<string> {
  await Promise.all([writeFile(join(dir, 'a'), before), writeFile(join(dir, 'b'), after)])
  return new Promise((resolve) =>
    execFile('git', ['diff', '--no-index', '--text', '-U1', 'a', 'b'], { cwd: dir }, (_failed, stdout) =>
      resolve(stdout),
    ),
  )
}

// Lines that look like parts of a patch, so that only the counts tell them apart.
const line = fc.constantFrom(
  '',
  'a',
  'b',
  '-- a',
  '++ b',
  '@@ -1 +1 @@',
  '\\ No newline',
  'diff --git a/x b/x',
)
const file = fc
  .tuple(fc.array(line, { maxLength: 14 }), fc.boolean())
  .map(([lines, ends]) => lines.join('\n') + (ends && lines.length > 0 ? '\n' : ''))

/** The lines of a text, each with whether a newline ends it. */
const linesOf = (text: string) =>
  text.match(/[^\n]*\n|[^\n]+$/g)?.map((one) => (one.endsWith('\n') ? one.slice(0, -1) : `${one}\u0000`)) ??
  []

test('the parsed patch of git turns what was into what is, and numbers each line as its file does', async () => {
  await fc.assert(
    fc.asyncProperty(file, file, async (before, after) => {
      const [old, now] = [linesOf(before), linesOf(after)]
      const hunks = parsePatch(await gitDiff(before, after))
      const built: string[] = []
      let at = 1
      for (const one of hunks.flatMap(({ lines }) => lines)) {
        const text = one.no_newline ? `${one.text}\u0000` : one.text
        if (one.old !== null) {
          while (at < one.old) built.push(old[at++ - 1]!)
          expect(text).toBe(old[one.old - 1])
          at++
        }
        if (one.new === null) continue
        // What lies between two hunks is the same on both sides.
        while (built.length < one.new - 1) built.push(old[at++ - 1]!)
        expect(text).toBe(now[one.new - 1])
        built.push(text)
      }
      expect([...built, ...old.slice(at - 1)]).toEqual(now)
      for (const { lines } of hunks) {
        const pairs = paired(lines)
        expect(pairs.flatMap(([left]) => (left ? [left] : []))).toEqual(
          lines.filter((one) => one.old !== null),
        )
        expect(pairs.flatMap(([, right]) => (right ? [right] : []))).toEqual(
          lines.filter((one) => one.new !== null),
        )
      }
    }),
    { numRuns: 40 },
  )
})

const whole = { status: 'modified', added: 1, removed: 1, binary: false, truncated: false }

test('files without lines say why, large ones are opened on demand, and a patch that is cut off shows what there is', () => {
  const cut = '--- a/a\n+++ b/a\n@@ -1,3 +1,3 @@ f()\n one\n-two\n'
  const kinds = (file: object, opened: [string, boolean][] = []) =>
    rowsOf([{ path: 'a', patch: cut, ...whole, ...file }], {
      split: false,
      opened: new Map(opened),
      comments: [],
    }).map((row) => row.kind)
  expect(kinds({ truncated: true })).toEqual(['file', 'hunk', 'line', 'line', 'note'])
  expect(kinds({}, [['a', false]])).toEqual(['file'])
  expect(kinds({ patch: null, binary: true, added: null, removed: null })).toEqual(['file', 'note'])
  expect(kinds({ patch: 'rename from b\nrename to a\n', status: 'renamed', old_path: 'b' })).toEqual([
    'file',
    'note',
  ])
  expect(kinds({ added: 5000 })).toEqual(['file', 'note'])
  expect(kinds({ added: 5000 }, [['a', true]])).toEqual(['file', 'hunk', 'line', 'line'])
})

test('comments become one prompt, in the order of the files, and a name cannot pass for more than a name', () => {
  const comment = { side: 'new', line: 2, quote: 'let a', text: '' } as const
  expect(
    promptOf([
      { ...comment, path: 'b\nc.ts', text: 'Why?\n' },
      { ...comment, path: 'a.ts', line: 9, side: 'old', text: 'Keep this.' },
      { ...comment, path: 'a.ts', text: '  ' },
    ]),
  ).toBe(
    '2 comments on the changes:\n\na.ts, line 9 (as it was before, now removed):\n> let a\n\nKeep this.\n\n"b\\nc.ts", line 2:\n> let a\n\nWhy?',
  )
})
