import { getServiceOptions } from '@feathersjs/feathers'
import { type Assignment, customMethodOf, customPath } from '@yardmaster/protocol'
import { OpenApi } from '../helpers/document'
import { calls, valueOfEntry } from './calls'
import { type Cell, layOut } from './cells'
import { Ears } from './events'
import { isRefused, runCells, wordFor } from './run'
import { Secrets } from './secrets'
import { sendStamped } from './stamped'
import { differences, everyRow, type Stored } from './stored'
import { readTable } from './table'
import { buildWorld, type World } from './world'

const table = readTable()
let world: World
let cells: Cell[]
let ears: Ears
let before: Stored
let after: Stored
let secrets: Secrets
let stamped: string[]

beforeAll(async () => {
  world = await buildWorld()
  const { url, database, daemon } = world.yard
  cells = await layOut(world, table)
  const chunks = cells.filter(({ line, expected }) => line.method === 'chunk' && expected === 'ok')
  ears = await Ears.open(
    world,
    chunks.map(({ subject }) => subject.session),
  )
  const tokens = cells.flatMap(({ token }) => token ?? [])
  const known = [daemon.yard.tokens.secret, 'a password for tests', valueOfEntry, ...tokens]
  before = await everyRow(database.db)
  await runCells(url, cells)
  stamped = await sendStamped(url, cells)
  after = await everyRow(database.db)
  secrets = await Secrets.of(database.db, known)
  // All the calls there are, on a machine that may be busy.
}, 300_000)
afterAll(async () => {
  ears?.close()
  await world?.stop()
})

test('every method that is served has its lines, and every line a method', () => {
  const { services } = world.yard.daemon.app as unknown as { services: Record<string, object> }
  const served = Object.entries(services).flatMap(([path, service]) =>
    (getServiceOptions(service as never).methods ?? []).map((method) => `${path}.${method}`),
  )
  const listed = new Set(table.map(({ path, method }) => `${path}.${method}`))
  expect([...listed].sort()).toEqual(served.sort())
  expect(Object.keys(calls).sort()).toEqual([...new Set(table.map(({ name }) => name))].sort())
})

test.each(table.map((line) => [`${line.name}${line.transport ? ` @${line.transport}` : ''}`, line] as const))(
  '%s',
  (_, line) => {
    const shown = (word: (cell: Cell) => string) =>
      cells
        .filter((cell) => cell.line === line)
        .map((cell) => `${cell.transport} ${cell.column.group} ${cell.column.name}: ${word(cell)}`)
    expect(shown(wordFor)).toEqual(shown(({ expected }) => expected))
  },
)

test('what was refused changed nothing, and no call changed what it was not about', () => {
  // What a call is about is its scene, or what it was given to use up; and what it answered, where it made that.
  const about = ({ said, subject, line, answer }: Cell): unknown[] => [
    ...(said.in ? [subject.session] : []),
    ...(said.fresh ? [subject[said.fresh]] : []),
    ...(line.name.includes("one's own") ? [subject.self] : []),
    ...(['create', 'spawn', 'fork'].includes(line.method) ? [answer?.body?.id] : []),
    ...(line.name === 'invitations.create' ? [answer?.body?.user_id] : []),
  ]
  const mayChange = cells.filter((cell) => !isRefused(cell) || cell.expected === 'late')
  expect(differences(before, after, new Set(mayChange.flatMap(about)))).toEqual([])
})

test('what came too late is kept in the transcript, and its task stays', () => {
  const late = cells.filter(({ expected }) => expected === 'late')
  expect(late.length).toBeGreaterThan(0)
  const differing = differences(before, after, new Set())
  for (const { subject } of late) {
    const changed = differing
      .filter((line) => line.includes(subject.session))
      .map((line) => line.split(' ')[0])
    expect(changed.sort()).toEqual(['messages', 'session_events', 'sessions'])
  }
})

test('answers fit the document', async () => {
  const document = await OpenApi.of(world.yard.url)
  const verbs: Record<string, string> = { create: 'POST', patch: 'PATCH', remove: 'DELETE' }
  const problems = cells.flatMap(({ line: { path, method }, call, transport, answer }) => {
    if (!answer || transport !== 'REST') return []
    const custom = customMethodOf(path, method)
    const at = custom ? customPath(path, method, '{id}') : `/${path}${call.id ? '/{id}' : ''}`
    return document.problems(custom?.verb ?? verbs[method] ?? 'GET', at, answer.status, answer.body)
  })
  expect([...new Set(problems)]).toEqual([])
})

test("fields that are the server's are taken from nobody", () => {
  expect(stamped).toEqual([])
})

test('no secret is in an answer', () => {
  expect(secrets.columns).toEqual(
    expect.arrayContaining(['users.password_hash', 'tasks.nonce', 'sign_in_links.token_hash']),
  )
  const found = cells.flatMap(({ line, answer }) => {
    // Those that give a token to whoever is to have it.
    if (line.path === 'authentication' || ['api-tokens.create', 'invitations.create'].includes(line.name))
      return []
    return secrets.in(JSON.stringify(withoutToken(answer?.body))).map((secret) => `${line.name}: ${secret}`)
  })
  expect(found).toEqual([])
})

/** An answer less the one secret in it that a runtime asks for: the tokens of the runs that it claims. */
const withoutToken = <T extends { runs?: Assignment[] }>(body: T | undefined) =>
  body?.runs ? { ...body, runs: body.runs.map(({ token: _, ...run }) => run) } : body

test('a claim is answered with a run and its token, and what was searched is all but that', () => {
  const claims = cells.filter(({ line, expected }) => line.name === 'runtimes.claim' && expected === 'ok')
  expect(claims.map(({ transport }) => transport)).toEqual(['REST', 'socket.io'])
  for (const { subject, answer } of claims) {
    const { runs } = answer!.body as { runs: Assignment[] }
    expect(runs).toMatchObject([{ task: { id: subject.queued }, session: { id: subject.session } }])
    expect(secrets.in(JSON.stringify(runs))).toEqual([runs[0]!.token])
  }
})

test('no secret is in an event', () => {
  const events = new Set(ears.heard.map(({ event }) => event))
  expect([...events]).toEqual(
    expect.arrayContaining([
      'sessions patched',
      'tasks created',
      'messages chunk',
      'users created',
      'grants patched',
    ]),
  )
  const found = ears.heard.flatMap(({ event, said }) =>
    secrets.in(JSON.stringify(said)).map((secret) => `${event}: ${secret}`),
  )
  expect(found).toEqual([])
})
