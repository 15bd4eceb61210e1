/// <reference types="node" />
// ts-node reads the root tsconfig, which only lists projects.
import { homedir } from 'node:os'
import { parseSettings } from '@yardmaster/protocol'
import { migrationConfig, roleOf, startPostgres } from '@yardmaster/store'
import type { Knex } from 'knex'

// The `knex` command migrates what the daemon would: the database of DATABASE_OWNER_URL or DATABASE_URL, else the
// home's own Postgres, which runs for as long as the command does unless it ran before.
export default async function config(): Promise<Knex.Config> {
  const settings = parseSettings(process.env, homedir())
  const ownerUrl = settings.database_owner_url ?? settings.database_url
  if (ownerUrl) return migrationConfig(ownerUrl, { appRole: roleOf(settings.database_url ?? ownerUrl) })
  const postgres = await startPostgres({ home: settings.home })
  // knex ends its command by process.exit, which waits for nothing; Postgres ends by itself after the signal.
  if (!postgres.adopted) process.once('exit', () => process.kill(postgres.pid, 'SIGINT'))
  return migrationConfig(postgres.ownerUrl, { appRole: roleOf(postgres.appUrl) })
}
