import type { Client, Query, Rows } from '@yardmaster/client'
import type {
  Allowance,
  ApiToken,
  Invitation,
  PermissionRequest,
  Repo,
  Session,
  Team,
  User,
  Worktree,
} from '@yardmaster/protocol'
import { CommandError, usageError } from './failures.js'
import { brief } from './output/text.js'
import { allRows } from './pages.js'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
export const isId = (text: string): boolean => uuid.test(text)

/**
 * The one row that a name means.
 *
 * @throws CommandError when there is none, or when several fit: then it lists them
 */
export function only<Row extends { id: string }>(
  kind: string,
  name: string,
  rows: readonly Row[],
  describe: (row: Row) => string,
): Row {
  const [row] = rows
  if (!row)
    throw new CommandError(
      `No ${kind} is called "${name}": \`yardmaster ${kind} ls\` lists those you may see.`,
    )
  if (rows.length === 1) return row
  const candidates = rows.map((one) => `${describe(one)} (${one.id})`).join(', ')
  throw new CommandError(
    `"${name}" could be more than one ${kind}: ${candidates}. Give more of it, or the id.`,
  )
}

/** A repo by id or name. */
export async function findRepo(daemon: Client, name: string): Promise<Repo> {
  const repos = daemon.service('repos')
  if (isId(name)) return repos.get(name)
  return only('repo', name, await allRows(repos, { name }), (repo) => repo.name)
}

/** A worktree by id, name, or `repo/name` where several repos have one of that name. */
export async function findWorktree(daemon: Client, name: string): Promise<Worktree> {
  const worktrees = daemon.service('worktrees')
  if (isId(name)) return worktrees.get(name)
  const slash = name.lastIndexOf('/')
  const query: Query = { name: name.slice(slash + 1) }
  if (slash > 0) query.repo_id = (await findRepo(daemon, name.slice(0, slash))).id
  const found = await allRows(worktrees, query)
  const current = found.filter((worktree) => worktree.archived_at === null)
  return only('worktree', name, current.length > 0 ? current : found, (worktree) => worktree.branch)
}

/** A session by id or the beginning of one. */
export const findSession = (daemon: Client, prefix: string): Promise<Session> =>
  byPrefix('session', daemon.service('sessions'), prefix, (session) => session.title ?? session.harness)

/** A permission request by id or the beginning of one. */
export const findRequest = (daemon: Client, prefix: string): Promise<PermissionRequest> =>
  byPrefix('request', daemon.service('permission-requests'), prefix, (request) => request.status)

/** A remembered answer by id or the beginning of one. */
export const findAllowance = (daemon: Client, prefix: string): Promise<Allowance> =>
  byPrefix('allowance', daemon.service('allowances'), prefix, (allowance) => allowance.title)

/** An API token by id or name. */
export async function findApiToken(daemon: Client, name: string): Promise<ApiToken> {
  const tokens = daemon.service('api-tokens')
  if (isId(name)) return tokens.get(name)
  return only('token', name, await allRows(tokens, { name }), (token) => token.created_at)
}

/** An invitation by id or by the e-mail it is for. */
export async function findInvitation(daemon: Client, name: string): Promise<Invitation> {
  const wanted = name.toLowerCase()
  const rows = await allRows(daemon.service('invitations'))
  const fits = ({ id, email }: Invitation) => id === wanted || email === wanted
  return only('invite', name, rows.filter(fits), ({ email }) => email)
}

/** A team by id or name. */
export async function findTeam(daemon: Client, name: string): Promise<Team> {
  const teams = daemon.service('teams')
  if (isId(name)) return teams.get(name)
  return only('team', name, await allRows(teams, { name }), (team) => team.name)
}

/** A user by id, or, where one may see them, by e-mail or name. */
export async function findUser(daemon: Client, name: string): Promise<Pick<User, 'id' | 'name'>> {
  if (isId(name)) return { id: name, name }
  const users = await allRows(daemon.service('users'))
  const wanted = name.toLowerCase()
  const fits = (user: Partial<User>) =>
    user.email?.toLowerCase() === wanted || user.name?.toLowerCase() === wanted
  return only('user', name, users.filter(fits), (user) => user.email ?? user.name)
}

// Ids begin with the time they were made at, so a prefix is a range, and ranges have an index.
async function byPrefix<Row extends { id: string }>(
  kind: string,
  service: Rows<Row>,
  prefix: string,
  describe: (row: Row) => string,
): Promise<Row> {
  if (isId(prefix)) return service.get(prefix)
  const range = idRange(prefix)
  if (!range) throw usageError(`"${prefix}" is no ${kind} id: give its first characters, 4 or more.`)
  const { data } = await service.find({ query: { id: { $gte: range[0], $lte: range[1] }, $limit: 10 } })
  return only(kind, prefix, data, (row) => brief(describe(row), 40))
}

/** The lowest and the highest id that begin so; null if none can. */
export function idRange(prefix: string): [lowest: string, highest: string] | null {
  const digits = prefix.toLowerCase().replaceAll('-', '')
  if (!/^[0-9a-f]{4,32}$/.test(digits)) return null
  const fill = (digit: string) =>
    digits.padEnd(32, digit).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  return [fill('0'), fill('f')]
}

// Ids begin with the millisecond they were made in, which takes so many characters: fewer would soon fit others too.
const SHORTEST = 13

/** How much of the ids tells these rows apart: 13 characters or more, the same for all, for a list in columns. */
export function shortIdLength(ids: readonly string[]): number {
  for (let length = SHORTEST; length < 36; length++)
    if (new Set(ids.map((id) => id.slice(0, length))).size === ids.length) return length
  return 36
}
