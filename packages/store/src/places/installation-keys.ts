import { statement } from '../statement.js'

/** The fingerprint that the database knows a key by, which is that of the first daemon that came with one. */
export const firstFingerprint = statement<[name: string, fingerprint: string], { fingerprint: string }>(
  'first-fingerprint',
  `with made as (
     insert into installation_keys (name, fingerprint) values ($1, $2) on conflict do nothing returning fingerprint)
   select fingerprint from made union all select fingerprint from installation_keys where name = $1 limit 1`,
)

/** From now on the database knows a key by another fingerprint. */
export const replaceFingerprint = statement<[name: string, fingerprint: string], never>(
  'replace-fingerprint',
  'update installation_keys set fingerprint = $2 where name = $1',
)

/** Lets one daemon at a time see to what each installation has once. */
export const holdInstallation = statement<[], { node_id: string }>(
  'hold-installation',
  'select node_id from installation for update',
)
