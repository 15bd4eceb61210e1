import type { Knex } from 'knex'

// Its history is worth something only as long as the daemon's own user cannot rewrite it.
const APPEND_ONLY = 'audit_log'

/**
 * Gives `role` what the daemon needs and takes from it what it must not have. Run after every migration, since
 * a new table starts without rights. Nothing is done for the owner itself.
 */
export async function grant(on: Knex, role: string): Promise<void> {
  await on.transaction(async (tx) => {
    const { rows } = await tx.raw('select current_user = ? as own, to_regclass(?) is not null as audited', [
      role,
      APPEND_ONLY,
    ])
    if (rows[0].own) return
    const statements = [
      'grant usage on schema public to ??',
      'grant select, insert, update, delete on all tables in schema public to ??',
      'grant usage on all sequences in schema public to ??',
      'grant execute on all functions in schema public to ??',
      // The daemon looks up what is migrated, and migrates as the owner.
      'revoke insert, update, delete on knex_migrations, knex_migrations_lock from ??',
      ...(rows[0].audited ? [`revoke update, delete on ${APPEND_ONLY} from ??`] : []),
    ]
    for (const statement of statements) await tx.raw(statement, [role])
  })
}
