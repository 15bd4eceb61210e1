import { Type } from '@feathersjs/typebox'
import { Id } from '@yardmaster/protocol'

/** The query of a call that names its row by id: it may repeat the session, which is then compared. */
export const ofSession = Type.Partial(Type.Object({ session_id: Id }), { additionalProperties: false })

/** The same for rows that belong to a worktree. */
export const ofWorktree = Type.Partial(Type.Object({ worktree_id: Id }), { additionalProperties: false })
