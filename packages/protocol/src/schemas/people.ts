import { Type } from '@sinclair/typebox'
import { grantLevels, levels, roles, scopes } from '../levels.js'
import { Id, Name, nullable, type Static, strict, Timestamp, words } from './common.js'
import { Notices } from './push.js'

const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })
const Password = Type.String({ minLength: 10, maxLength: 1024 })

/** What git can write into a commit: no angle brackets, no control characters. */
const GitName = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^<>\\u0000-\\u001f\\u007f]*[^<>\\s.,:;"\'\\\\][^<>\\u0000-\\u001f\\u007f]*$',
})
const GitEmail = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@<>]+@[^\\s@<>]+$' })

export const User = strict({
  id: Id,
  email: Email,
  name: Name,
  role: words(roles),
  /** What commits of the user's runs carry; null: name and email of the user. */
  git_name: nullable(GitName),
  git_email: nullable(GitEmail),
  /** What the user is told of when no page is before them. */
  notify: Notices,
  disabled_at: nullable(Timestamp),
  created_at: Timestamp,
})
/** What members see of each other. */
export const UserCard = strict({ id: Id, name: Name })
export const UserCreate = strict({
  email: Email,
  name: Name,
  password: Password,
  role: Type.Optional(words(roles)),
})
export const UserPatch = Type.Partial(
  strict({
    name: Name,
    email: Email,
    password: Password,
    role: words(roles),
    disabled: Type.Boolean(),
    git_name: nullable(GitName),
    git_email: nullable(GitEmail),
    notify: Notices,
  }),
  { additionalProperties: false, minProperties: 1 },
)

export const Team = strict({ id: Id, name: Name, created_at: Timestamp })
export const TeamCreate = strict({ name: Name })
export const TeamPatch = strict({ name: Name })

export const TeamMember = strict({ id: Id, team_id: Id, user_id: Id })
/** Posting a member again answers the row that is there. */
export const TeamMemberCreate = strict({ team_id: Id, user_id: Id })

export const Grant = strict({
  id: Id,
  repo_id: nullable(Id),
  worktree_id: nullable(Id),
  user_id: nullable(Id),
  team_id: nullable(Id),
  level: words(grantLevels),
  created_by: nullable(Id),
  created_at: Timestamp,
})
/** One of repo_id and worktree_id, one of user_id and team_id. Posting again for the same pair sets the level. */
export const GrantCreate = strict({
  repo_id: Type.Optional(Id),
  worktree_id: Type.Optional(Id),
  user_id: Type.Optional(Id),
  team_id: Type.Optional(Id),
  level: words(grantLevels),
})
export const GrantPatch = strict({ level: words(grantLevels) })

/** Where a level on a worktree comes from. */
export const AccessReason = strict({
  kind: words(['role', 'others_can', 'grant']),
  level: words(grantLevels),
  grant_id: Type.Optional(Id),
  on: Type.Optional(words(['worktree', 'repo'])),
  team: Type.Optional(strict({ id: Id, name: Type.String() })),
})
/** A user's level on a worktree and all that gives it, the highest first. A viewer has `view` of it at most. */
export const PersonAccess = strict({
  user: UserCard,
  role: words(roles),
  disabled: Type.Boolean(),
  level: words(levels),
  because: Type.Array(AccessReason),
})
export const WorktreeAccess = strict({ worktree_id: Id, people: Type.Array(PersonAccess) })
export const WorktreeAccessQuery = strict({ id: Id, user_id: Type.Optional(Id) })

/** What scripts sign in with. The token itself is shown once, by the call that makes it. */
export const ApiToken = strict({
  id: Id,
  user_id: Id,
  name: Name,
  scopes: Type.Array(words(scopes)),
  expires_at: nullable(Timestamp),
  /** Within five minutes. */
  last_used_at: nullable(Timestamp),
  created_at: Timestamp,
})
export const ApiTokenCreate = strict({
  name: Name,
  /** `work` includes `read`, and `manage` both. */
  scopes: Type.Array(words(scopes), { minItems: 1, maxItems: scopes.length, uniqueItems: true }),
  /** Default: it does not expire. */
  expires_at: Type.Optional(Timestamp),
})
export const NewApiToken = strict({ ...ApiToken.properties, token: Type.String() })

/** `tokens`: API tokens are revoked too. */
export const SignOutEverywhere = strict({ id: Id, tokens: Type.Optional(Type.Boolean()) })
export const SignedOut = strict({ user_id: Id, revoked_tokens: Type.Integer() })

/** What a person's runs find in their environment. The value is never shown. */
export const EnvironmentEntry = strict({
  id: Id,
  name: Type.String(),
  /** Whether it can be opened: not where the key in the daemon's home was changed since. */
  readable: Type.Boolean(),
  created_at: Timestamp,
  updated_at: Timestamp,
})
export const EnvironmentEntryCreate = strict({
  name: Type.String({ maxLength: 128, pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }),
  value: Type.String({ minLength: 1, maxLength: 16_384 }),
})

/** Somebody who was made a user and has not come yet. The link is shown once, by the call that makes it. */
export const Invitation = strict({
  id: Id,
  user_id: Id,
  email: Email,
  name: Name,
  role: words(roles),
  expires_at: Timestamp,
  created_by: nullable(Id),
  created_at: Timestamp,
})
/** An address that is a user without a password gets a new link, and stays who they are. */
export const InvitationCreate = strict({
  email: Email,
  name: Name,
  role: Type.Optional(words(roles)),
  team_ids: Type.Optional(Type.Array(Id, { maxItems: 50 })),
})
export const NewInvitation = strict({ ...Invitation.properties, link: Type.String() })

export const SignIn = Type.Union([
  strict({ strategy: Type.Literal('local'), email: Type.String(), password: Type.String() }),
  strict({ strategy: Type.Literal('link'), token: Type.String() }),
  strict({ strategy: Type.Literal('jwt'), accessToken: Type.String() }),
])

export type User = Static<typeof User>
export type Team = Static<typeof Team>
export type TeamMember = Static<typeof TeamMember>
export type ApiToken = Static<typeof ApiToken>
export type NewApiToken = Static<typeof NewApiToken>
export type SignedOut = Static<typeof SignedOut>
export type EnvironmentEntry = Static<typeof EnvironmentEntry>
export type Invitation = Static<typeof Invitation>
export type NewInvitation = Static<typeof NewInvitation>
export type Grant = Static<typeof Grant>
export type AccessReason = Static<typeof AccessReason>
export type PersonAccess = Static<typeof PersonAccess>
export type WorktreeAccess = Static<typeof WorktreeAccess>
