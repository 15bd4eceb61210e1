import { levelOf, repoLevelOf } from '@yardmaster/policy'
import {
  type Level,
  levels,
  othersLevels,
  type Principal,
  type Role,
  rank,
  roles,
} from '@yardmaster/protocol'
import { loadWorktree, type Tx, worktreeAccess } from '@yardmaster/store'
import fc from 'fast-check'
import { createTestDatabase, type TestDatabase } from '../../../test/database'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

interface Person {
  id: string
  role: Role
  disabled: boolean
  teams: string[]
}
interface Worktree {
  id: string
  repo_id: string
  others_can: Level
}
interface Grant {
  repo_id: string | null
  worktree_id: string | null
  user_id: string | null
  team_id: string | null
  level: Level
}
interface Org {
  people: Person[]
  teams: string[]
  repos: string[]
  worktrees: Worktree[]
  grants: Grant[]
}

// Counted and not random, so that a failing org can be made smaller.
const idOf = (kind: number, n: number) =>
  `${String(kind).padStart(8, '0')}-0000-7000-8000-${String(n).padStart(12, '0')}`
const ids = (kind: number, min: number, max: number) =>
  fc.integer({ min, max }).map((count) => Array.from({ length: count }, (_, n) => idOf(kind, n)))
const one = <T>(from: readonly T[]) => fc.constantFrom(...from)

/** An installation with every way to a level in it: roles, teams, what others can, grants on repos and worktrees. */
const orgs: fc.Arbitrary<Org> = fc
  .record({ teams: ids(1, 0, 3), repos: ids(2, 1, 3) })
  .chain(({ teams, repos }) =>
    fc.record({
      teams: fc.constant(teams),
      repos: fc.constant(repos),
      people: fc
        .array(
          fc.record({
            role: one(roles),
            disabled: fc.integer({ min: 0, max: 9 }).map((n) => n === 9),
            teams: fc.subarray(teams),
          }),
          { minLength: 6, maxLength: 12, size: 'max' },
        )
        .map((people) => people.map((person, n) => ({ id: idOf(3, n), ...person }))),
      worktrees: fc
        .array(
          fc.record({ repo_id: one(repos), others_can: one(['none', 'none', ...othersLevels] as const) }),
          {
            minLength: 4,
            maxLength: 10,
            size: 'max',
          },
        )
        .map((worktrees) => worktrees.map((worktree, n) => ({ id: idOf(4, n), ...worktree }))),
    }),
  )
  .chain((org) => {
    const place = fc.oneof(
      one(org.repos).map((repo_id) => ({ repo_id, worktree_id: null })),
      one(org.worktrees).map(({ id }) => ({ repo_id: null, worktree_id: id })),
    )
    const holder = fc.oneof(
      one(org.people).map(({ id }) => ({ user_id: id, team_id: null })),
      ...(org.teams.length > 0 ? [one(org.teams).map((team_id) => ({ user_id: null, team_id }))] : []),
    )
    const grant = fc.tuple(place, holder, one(levels.slice(1)))
    return fc
      .uniqueArray(
        grant.map(([on, to, level]) => ({ ...on, ...to, level })),
        { maxLength: 20, size: 'max', selector: ({ level: _, ...pair }) => JSON.stringify(pair) },
      )
      .map((grants) => ({ ...org, grants }))
  })

const insert = `
  with org as (select $1::jsonb as o),
  u as (insert into users (id, email, name, role, disabled_at)
    select x.id, x.id || '@example.com', 'x', x.role, case when x.disabled then now() end
    from org, jsonb_to_recordset(o->'people') x(id uuid, role text, disabled boolean)),
  t as (insert into teams (id, name) select x::uuid, x from org, jsonb_array_elements_text(o->'teams') x),
  m as (insert into team_members (team_id, user_id)
    select t::uuid, (p->>'id')::uuid from org, jsonb_array_elements(o->'people') p, jsonb_array_elements_text(p->'teams') t),
  h as (insert into runtimes (id, name) select $2::uuid, 'host'),
  r as (insert into repos (id, name, path, default_branch)
    select x::uuid, x, '/', 'main' from org, jsonb_array_elements_text(o->'repos') x),
  w as (insert into worktrees (id, repo_id, node_id, runtime_id, name, branch, target_branch, path, base_sha, others_can)
    select x.id, x.repo_id, $2, $2, x.id, 'b', 'main', x.id, '', x.others_can
    from org, jsonb_to_recordset(o->'worktrees') x(id uuid, repo_id uuid, others_can level))
  insert into grants (id, repo_id, worktree_id, user_id, team_id, level)
  select gen_random_uuid(), x.repo_id, x.worktree_id, x.user_id, x.team_id, x.level
  from org, jsonb_to_recordset(o->'grants') x(repo_id uuid, worktree_id uuid, user_id uuid, team_id uuid, level level)`

/** Does the work in a database that holds this org, and takes the org out again. */
async function within(org: Org, work: (tx: Tx) => Promise<void>): Promise<void> {
  const undo = new Error('undo')
  await database.db
    .transaction(async (tx) => {
      await tx.query({ text: insert, values: [JSON.stringify(org), idOf(5, 0)] })
      await work(tx)
      throw undo
    })
    .catch((error) => {
      if (error !== undo) throw error
    })
}

const reaches = ({ id, teams }: Person, { user_id, team_id }: Grant): boolean =>
  user_id === id || teams.includes(team_id as string)

const expected = ({ grants, worktrees }: Org) => {
  const level = (person: Person, worktree: Worktree): Level =>
    levelOf({
      ...person,
      ...worktree,
      grants: grants
        .filter((grant) => grant.worktree_id === worktree.id || grant.repo_id === worktree.repo_id)
        .filter((grant) => reaches(person, grant))
        .map((grant) => grant.level),
    })
  const repoLevel = (person: Person, repo_id: string): Level =>
    repoLevelOf({
      ...person,
      sees_a_worktree: worktrees.some(
        (worktree) => worktree.repo_id === repo_id && level(person, worktree) !== 'none',
      ),
      grants: grants
        .filter((grant) => grant.repo_id === repo_id && reaches(person, grant))
        .map((grant) => grant.level),
    })
  return { level, repoLevel }
}

test('the database and the pure rule give every user the same level everywhere', async () => {
  const full = process.env.TEST_SCALE === 'full'
  const seen = new Map<Level, number>()
  await fc.assert(
    fc.asyncProperty(orgs, (org) =>
      within(org, async (tx) => {
        const { level, repoLevel } = expected(org)
        const [answer] = await tx.query<{ on_worktrees: object; on_repos: object; visible: object }>({
          text: `select
            (select jsonb_object_agg(u.id || ' ' || w.id, access_level(u.id, w.id)) from users u, worktrees w) as on_worktrees,
            (select jsonb_object_agg(u.id || ' ' || r.id, repo_level(u.id, r.id)) from users u, repos r) as on_repos,
            (select jsonb_object_agg(u.id || ' ' || l, array(select v from visible_worktrees(u.id, l) v order by v))
             from users u, unnest(enum_range(null::level)) l) as visible`,
        })
        const pairs = org.people.flatMap((person) => org.worktrees.map((worktree) => ({ person, worktree })))
        for (const { person, worktree } of pairs) {
          const is = level(person, worktree)
          seen.set(is, (seen.get(is) ?? 0) + 1)
        }
        expect(answer).toEqual({
          on_worktrees: Object.fromEntries(
            pairs.map(({ person, worktree }) => [`${person.id} ${worktree.id}`, level(person, worktree)]),
          ),
          on_repos: Object.fromEntries(
            org.people.flatMap((person) =>
              org.repos.map((repo) => [`${person.id} ${repo}`, repoLevel(person, repo)]),
            ),
          ),
          visible: Object.fromEntries(
            org.people.flatMap((person) =>
              levels.map((least) => [
                `${person.id} ${least}`,
                org.worktrees
                  .filter((worktree) => rank(level(person, worktree)) >= rank(least))
                  .map((worktree) => worktree.id),
              ]),
            ),
          ),
        })
      }),
    ),
    { numRuns: full ? 500 : 100 },
  )
  const total = [...seen.values()].reduce((sum, count) => sum + count, 0)
  process.stdout.write(`counted: ${total} levels of a user on a worktree, in SQL and by the pure rule\n`)
  expect(total).toBeGreaterThan(3000)
  for (const level of levels) expect([level, (seen.get(level) ?? 0) > 50]).toEqual([level, true])
})

test('what explains a level gives just that level, and tells of everybody who has one', async () => {
  await fc.assert(
    fc.asyncProperty(orgs, (org) =>
      within(org, async (tx) => {
        const { level } = expected(org)
        for (const worktree of org.worktrees.slice(0, 3)) {
          const people = (await worktreeAccess(tx, worktree.id, null)).map(({ wire }) => wire)
          const having = org.people.filter((person) => level(person, worktree) !== 'none')
          expect(people.map(({ user }) => user.id).sort()).toEqual(having.map(({ id }) => id))
          for (const { user, role, disabled, level: told, because } of people) {
            const others_can = because.find(({ kind }) => kind === 'others_can')?.level ?? 'none'
            const grants = because.filter(({ kind }) => kind === 'grant').map(({ level }) => level)
            expect([user.id, told]).toEqual([user.id, levelOf({ role, disabled, others_can, grants })])
            const person = org.people.find(({ id }) => id === user.id)!
            expect(told).toBe(level(person, worktree))
          }
        }
        const [person, worktree] = [org.people[0]!, org.worktrees[0]!]
        const [only] = await worktreeAccess(tx, worktree.id, person.id)
        expect(only?.wire.level).toBe(level(person, worktree))
      }),
    ),
    { numRuns: 40 },
  )
})

test('callers who ask at one moment, and share a statement, each hear what is theirs', async () => {
  const { db, drop } = await createTestDatabase()
  try {
    const [org] = fc.sample(orgs, { numRuns: 1, seed: 11 }) as [Org]
    await db.query({ text: insert, values: [JSON.stringify(org), idOf(5, 0)] })
    const { level } = expected(org)
    const unknown: Worktree = { id: idOf(9, 0), repo_id: idOf(9, 0), others_can: 'all' }
    const host: Principal = { kind: 'runtime', runtime_id: idOf(5, 0) }
    const asked = [...org.worktrees, unknown].flatMap((worktree) => [
      { worktree, person: null, principal: host },
      ...org.people.map((person) => ({
        worktree,
        person,
        principal: { kind: 'user' as const, user_id: person.id, epoch: 1 },
      })),
    ])
    const answers = await Promise.all(
      asked.map(({ worktree, principal }) => loadWorktree(db, worktree.id, principal)),
    )
    expect(answers.map(({ row, level, user, runtime }) => ({ id: row?.id, level, user, runtime }))).toEqual(
      asked.map(({ worktree, person }) => ({
        id: worktree === unknown ? undefined : worktree.id,
        level: worktree === unknown || !person ? 'none' : level(person, worktree),
        user: person && { role: person.role, epoch: 1, disabled: person.disabled },
        runtime: person ? null : { id: idOf(5, 0) },
      })),
    )
  } finally {
    await drop()
  }
})
