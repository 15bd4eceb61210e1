import { YardmasterError } from '@yardmaster/protocol'
import { maybeRow, statement, type Tx } from '@yardmaster/store'

const hold = statement<[string, string], { id: string }>(
  'hold-source-session',
  `select s.id from sessions s where s.id = $1 and access_level($2, s.worktree_id) >= 'view' for no key update`,
)

/** Keeps a session that another comes from as it is, if the user may still view it. Before anything is locked. @throws NOT_FOUND */
export async function holdSource(tx: Tx, session_id: string, user_id: string): Promise<void> {
  if (!maybeRow(await hold(tx, session_id, user_id))) throw new YardmasterError('NOT_FOUND')
}
