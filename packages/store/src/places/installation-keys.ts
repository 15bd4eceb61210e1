import { statement } from '../statement.js'

/**
 * The fingerprint that the database knows a key by, which is that of the first daemon that came with one. The row is
 * written in any case: of two that come at once, the second would see neither its own nor the other's.
 */
export const firstFingerprint = statement<[name: string, fingerprint: string], { fingerprint: string }>(
  'first-fingerprint',
  `insert into installation_keys as k (name, fingerprint) values ($1, $2)
   on conflict (name) do update set fingerprint = k.fingerprint returning k.fingerprint`,
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
