import { useQuery } from '@tanstack/react-query'
import type { Page, Query, Rows } from '@yardmaster/client'
import type {
  Allowance,
  ApiToken,
  EnvironmentEntry,
  Grant,
  Invitation,
  PermissionRequest,
  PushSubscription,
  Repo,
  Runtime,
  Session,
  Task,
  Team,
  TeamMember,
  User,
  Worktree,
} from '@yardmaster/protocol'
import { useClient } from './signed-in.js'

/** The lists that pages share, by the service that they come from, with the key under which they are kept. */
interface Listed {
  sessions: Session
  worktrees: Worktree
  repos: Repo
  users: Pick<User, 'id' | 'name'> & Partial<User>
  runtimes: Runtime
  grants: Grant
  'permission-requests': PermissionRequest
  'push-subscriptions': PushSubscription
  tasks: Task
  teams: Team
  'team-members': TeamMember
  invitations: Invitation
  'api-tokens': ApiToken
  'environment-entries': EnvironmentEntry
  allowances: Allowance
}

/** Those of which there are hundreds, not thousands. */
type Few =
  | 'worktrees'
  | 'repos'
  | 'users'
  | 'runtimes'
  | 'grants'
  | 'teams'
  | 'team-members'
  | 'invitations'
  | 'environment-entries'
  | 'api-tokens'

/** Rows of a page at most, as the daemon gives them. */
export const mostRows = 200

/** The key of a list; `[service]` alone means all lists of that service. */
export const listKey = <Name extends keyof Listed>(service: Name, query: Query = {}) =>
  [service, query] as const

/**
 * One page of a service's rows.
 *
 * @param query Feathers' syntax; `$limit` is 200 if left out
 */
export function useList<Name extends keyof Listed>(service: Name, query: Query = {}, enabled = true) {
  const client = useClient()
  return useQuery({
    queryKey: listKey(service, query),
    queryFn: (): Promise<Page<Listed[Name]>> =>
      (client.service(service) as unknown as Rows<Listed[Name]>).find({
        query: { $limit: mostRows, ...query },
      }),
    enabled,
  })
}

/** All rows of a service that the caller may see, page after page. */
export function useAll<Name extends Few>(service: Name) {
  const client = useClient()
  return useQuery({
    queryKey: [service, 'all'],
    queryFn: async (): Promise<Listed[Name][]> => {
      const rows: Listed[Name][] = []
      for (;;) {
        const page = await (client.service(service) as unknown as Rows<Listed[Name]>).find({
          query: { $limit: mostRows, $skip: rows.length, $total: false },
        })
        rows.push(...page.data)
        if (page.data.length < mostRows) return rows
      }
    },
    // Told to those who may see them, except when they are let in: that has no event of its own.
    refetchInterval: 60_000,
  })
}

/** The same by id, for names beside ids. */
export function useById<Name extends 'worktrees' | 'repos' | 'users' | 'runtimes'>(
  service: Name,
): ReadonlyMap<string, Listed[Name]> {
  const { data } = useAll(service)
  return byId(data)
}

const maps = new WeakMap<object, ReadonlyMap<string, unknown>>()

/** Made once for each answer, however many components ask. */
function byId<Row extends { id: string }>(rows: readonly Row[] | undefined): ReadonlyMap<string, Row> {
  if (!rows) return new Map()
  const known = maps.get(rows) as ReadonlyMap<string, Row> | undefined
  const map = known ?? new Map(rows.map((row) => [row.id, row]))
  maps.set(rows, map)
  return map
}
