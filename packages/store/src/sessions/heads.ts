import { statement } from '../statement.js'

/** Where the logs of sessions end by now. */
export const sessionHeads = statement<[ids: string[]], { session_id: string; last_seq: number }>(
  'session-heads',
  'select id as session_id, last_seq from sessions where id = any($1)',
)
