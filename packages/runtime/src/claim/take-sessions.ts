import { accessVersion, statement } from '@yardmaster/store'

/** A session whose head is being claimed, with the end of its log after the two events of the claim. */
export interface TakenSession {
  id: string
  worktree_id: string
  last_seq: number
  access_version: number
}

/**
 * Locks the sessions of the chosen heads in id order, those that are still free, and takes two numbers of each log.
 * All of them in one statement: ten claims cost the round trips of one.
 */
export const takeSessions = statement<[ids: string[]], TakenSession>(
  'take-sessions',
  `with free as (
     select s.id from sessions s
     where s.id = any($1) and s.executing_task_id is null and s.held_by_task_id is null and s.archived_at is null
     order by s.id for no key update)
   update sessions s set last_seq = s.last_seq + 2, last_activity_at = clock_timestamp()
   from free where s.id = free.id
   returning s.id, s.worktree_id, s.last_seq, ${accessVersion} as access_version`,
)

/** Gives the numbers back where the head was not to be had after all. */
export const untakeSessions = statement<[ids: string[]], never>(
  'untake-sessions',
  'update sessions set last_seq = last_seq - 2 where id = any($1)',
)
