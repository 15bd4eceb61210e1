import type { Notice, Role, User } from '@yardmaster/protocol'
import { presentUser } from '../present/presenters.js'
import { statement } from '../statement.js'

/** `$4` is an argon2id hash, or null for a user who signs in by link. */
export const insertUser = statement<
  [id: string, email: string, name: string, password_hash: string | null, role: Role],
  { wire: User }
>(
  'insert-user',
  `insert into users as u (id, email, name, password_hash, role) values ($1, lower($2), $3, $4, $5)
   returning ${presentUser('u')} as wire`,
)

/** What is named changes; an empty `git_name` or `git_email` is no longer set. A new password, a change of role and disabling end every sign-in. */
export const patchUser = statement<
  [
    id: string,
    name: string | null,
    email: string | null,
    hash: string | null,
    role: Role | null,
    disabled: boolean | null,
    git_name: string | null,
    git_email: string | null,
    notify: readonly Notice[] | null,
  ],
  { wire: User }
>(
  'patch-user',
  `update users u set name = coalesce($2, u.name), email = coalesce(lower($3), u.email),
     password_hash = coalesce($4, u.password_hash), role = coalesce($5, u.role),
     disabled_at = case when $6::boolean is null then u.disabled_at when $6 then coalesce(u.disabled_at, clock_timestamp()) end,
     git_name = case when $7::text is null then u.git_name else nullif($7, '') end,
     git_email = case when $8::text is null then u.git_email else nullif($8, '') end,
     notify = coalesce($9, u.notify),
     auth_epoch = u.auth_epoch + case when $4 is not null or $5 <> u.role or $6 then 1 else 0 end
   where u.id = $1 returning ${presentUser('u')} as wire`,
)

/** What a user is called. */
export const userName = statement<[id: string], { name: string }>(
  'user-name',
  'select name from users where id = $1',
)

/** Ends every sign-in of a user. */
export const endSignIns = statement<[id: string], { id: string }>(
  'end-sign-ins',
  'update users set auth_epoch = auth_epoch + 1 where id = $1 returning id',
)

export const deleteUser = statement<[id: string], { wire: User }>(
  'delete-user',
  `delete from users u where u.id = $1 returning ${presentUser('u')} as wire`,
)

export const countUsers = statement<[], { count: number }>('count-users', 'select count(*) from users')

export interface Credentials {
  id: string
  password_hash: string | null
  auth_epoch: number
  disabled: boolean
  wire: User
}

const credentials = `u.id, u.password_hash, u.auth_epoch, u.disabled_at is not null as disabled, ${presentUser('u')} as wire`

export const credentialsByEmail = statement<[email: string], Credentials>(
  'credentials-by-email',
  `select ${credentials} from users u where u.email = lower($1)`,
)
export const credentialsById = statement<[id: string], Credentials>(
  'credentials-by-id',
  `select ${credentials} from users u where u.id = $1`,
)

/** The admin who was made first, of those who may sign in. */
export const firstAdmin = statement<[], { id: string }>(
  'first-admin',
  "select id from users where role = 'admin' and disabled_at is null order by id limit 1",
)
