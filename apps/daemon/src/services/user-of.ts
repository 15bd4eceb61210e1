import type { Principal } from '@yardmaster/protocol'

/** The user behind a call, for stamping; null where a machine calls. */
export const userOf = (principal: Principal): string | null =>
  principal.kind === 'user' ? principal.user_id : null
