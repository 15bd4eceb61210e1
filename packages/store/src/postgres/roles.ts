/** Owns the database and everything in it; runs migrations. */
export const OWNER_ROLE = 'yardmaster_owner'

/** What the daemon works as: grants only, so that it cannot change the audit log. */
export const APP_ROLE = 'yardmaster'

export const DATABASE = 'yardmaster'
