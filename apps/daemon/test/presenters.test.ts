import type { TObject } from '@sinclair/typebox'
import * as protocol from '@yardmaster/protocol'
import * as store from '@yardmaster/store'
import { createTestDatabase, type TestDatabase } from '../../../test/database'

const {
  presentUser,
  presentUserCard,
  presentGrant,
  presentRepo,
  presentWorktree,
  presentRuntime,
  presentTeam,
  presentTeamMember,
} = store
const {
  presentSession,
  presentTask,
  presentMessage,
  presentPermissionRequest,
  presentAllowance,
  presentAuditEntry,
  presentSeen,
  presentSessionEvent,
} = store

/** Each presenter with its table and the schema of what goes out. */
const presenters: [string, store.Presenter, string, TObject][] = [
  ['presentUser', presentUser, 'users', protocol.User],
  ['presentUserCard', presentUserCard, 'users', protocol.UserCard],
  [
    'presentEnvironmentEntry',
    store.presentEnvironmentEntry,
    'environment_entries',
    protocol.EnvironmentEntry,
  ],
  ['presentPushSubscription', store.presentPushSubscription, 'push_subscriptions', protocol.PushSubscription],
  ['presentInvitation', store.presentInvitation, 'invitations', protocol.Invitation],
  ['presentApiToken', store.presentApiToken, 'api_tokens', protocol.ApiToken],
  ['presentTeam', presentTeam, 'teams', protocol.Team],
  ['presentTeamMember', presentTeamMember, 'team_members', protocol.TeamMember],
  ['presentGrant', presentGrant, 'grants', protocol.Grant],
  ['presentRepo', presentRepo, 'repos', protocol.Repo],
  ['presentWorktree', presentWorktree, 'worktrees', protocol.Worktree],
  ['presentRuntime', presentRuntime, 'runtimes', protocol.Runtime],
  ['presentSession', presentSession, 'sessions', protocol.Session],
  ['presentClaimedSession', store.presentClaimedSession('null'), 'sessions', protocol.Session],
  ['presentTask', presentTask, 'tasks', protocol.Task],
  ['presentMessage', presentMessage, 'messages', protocol.Message],
  ['presentLoggedMessage', store.presentLoggedMessage, 'messages', protocol.LoggedMessage],
  ['presentPermissionRequest', presentPermissionRequest, 'permission_requests', protocol.PermissionRequest],
  ['presentAttachment', store.presentAttachment, 'attachments', protocol.Attachment],
  ['presentAllowance', presentAllowance, 'allowances', protocol.Allowance],
  ['presentAuditEntry', presentAuditEntry, 'audit_log', protocol.AuditEntry],
  ['presentSeen', presentSeen, 'session_views', protocol.Seen],
  ['presentSessionEvent', presentSessionEvent, 'session_events', protocol.SessionEvent],
]
const secrets = ['password_hash', 'auth_epoch', 'token_hash', 'nonce', 'sealed', 'auth_secret']

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database.drop())

test('every presenter is looked at here', () => {
  const names = Object.keys(store).filter((name) => /^present[A-Z]/.test(name))
  expect(presenters.map(([name]) => name).sort()).toEqual(names.sort())
})

test.each(presenters)(
  '%s lets out what its schema names, and nothing else',
  async (_, present, table, schema) => {
    // A row of nothing but null has every column all the same.
    const [row] = await database.db.query<{ wire: object }>({
      text: `select ${present('x')} as wire from (select null::${table} as r) one, lateral (select (one.r).*) x`,
    })
    expect(Object.keys(row!.wire).sort()).toEqual(Object.keys(schema.properties).sort())
  },
)

test('no secret has a place in any schema', () => {
  const found: string[] = []
  const look = (value: unknown, path: string): void => {
    if (value === null || typeof value !== 'object') return
    for (const [key, item] of Object.entries(value)) {
      if (secrets.includes(key)) found.push(`${path}.${key}`)
      look(item, `${path}.${key}`)
    }
  }
  for (const [, , table, schema] of presenters) look(schema, table)
  for (const [name, schema] of Object.entries(protocol)) look(schema, name)
  expect(found).toEqual([])
})

test('the columns that are secret are still called so', async () => {
  const columns = await database.db.query<{ name: string }>({
    text: `select distinct column_name as name from information_schema.columns
           where table_schema = 'public' and column_name = any($1) order by 1`,
    values: [secrets],
  })
  expect(columns.map(({ name }) => name)).toEqual([...secrets].sort())
})
