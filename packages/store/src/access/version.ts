import { statement } from '../statement.js'

/** SQL of the number that every change of access raises (migration 0009), as of the statement's snapshot. */
export const accessVersion = '(select version from access_version)'

/** The number as it is now. */
export const readAccessVersion = statement<[], { version: number }>(
  'access-version',
  'select version from access_version',
)
