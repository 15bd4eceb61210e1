export { type Caller, type Loaded, loadCaller } from './access/caller.js'
export { worktreeAccess } from './access/explain.js'
export { type ListenersNow, lookAtListeners } from './access/listeners.js'
export * from './access/load.js'
export * from './access/version.js'
export { addAuditEntries, type NewAuditEntry } from './audit/add-entries.js'

export { type ClassifiedError, type DatabaseErrorKind, databaseError } from './database-error.js'
export { type Db, type DbOptions, openDb, type Query, type Queryable, type Tx } from './db.js'
export { StoreError, type StoreErrorCode } from './errors.js'
export type { Log } from './log.js'
export {
  DatabaseNewer,
  type MigrateOptions,
  type MigrationState,
  migrateDown,
  migrateUp,
  migrationConfig,
  migrationState,
} from './migrate.js'
export * from './people/api-tokens.js'
export * from './people/environment.js'
export * from './people/grants.js'
export * from './people/holders.js'
export * from './people/invitations.js'
export * from './people/links.js'
export * from './people/teams.js'
export * from './people/users.js'
export * from './places/installation.js'
export * from './places/installation-keys.js'
export * from './places/repos.js'
export * from './places/worktrees.js'
export { type EmbeddedPostgres, type PostgresOptions, startPostgres } from './postgres/start.js'
export { runPrepared } from './prepared.js'
export * from './present/presenters.js'
export { sessionStatus } from './present/session-status.js'
export { type Presenter, presenter } from './present/wire.js'
export { maybeRow, onlyRow } from './rows.js'
export { checkServer, roleOf } from './server.js'
export * from './sessions/attachments.js'
export { sessionEvents } from './sessions/events.js'
export { sessionFamily } from './sessions/family.js'
export { sessionHeads } from './sessions/heads.js'
export { sessionInfo } from './sessions/info.js'
export { newestEnding } from './sessions/newest-ending.js'
export { putSeen } from './sessions/views.js'
export { statement } from './statement.js'
export { runtimeLoad } from './usage/runtime-load.js'
export { type UsageRow, usage } from './usage/usage.js'
