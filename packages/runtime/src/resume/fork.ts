import { statement } from '@yardmaster/store'
import { type Conversation, type DropReason, type ResumeDecision, whyUnusable } from './decide.js'

/** The conversation that the task had at whose end a fork begins, and how it stands now. */
export interface ForkSource
  extends Pick<Conversation, 'agent_session_id' | 'runtime_id' | 'state' | 'failure_reason'> {
  /** A later task of the source has gone on with it. */
  went_on: boolean
}

/** Of those sessions that are forks and have no conversation of their own yet. */
export const forkSourcesOf = statement<[session_ids: string[]], ForkSource & { session_id: string }>(
  'fork-sources-of-sessions',
  `select s.id as session_id, f.agent_session_id, f.runtime_id, coalesce(a.state, 'usable') as state,
     (select t.failure_reason from tasks t
      where t.session_id = f.session_id and t.agent_session_id = f.agent_session_id and t.runtime_id = f.runtime_id
        and t.ended_seq is not null
      order by t.ended_seq desc limit 1) as failure_reason,
     exists (select from tasks t
       where t.session_id = f.session_id and t.agent_session_id = f.agent_session_id and t.runtime_id = f.runtime_id
         and t.agent_session_seq > f.agent_session_seq) as went_on
   from sessions s join tasks f on f.id = s.forked_from_task_id
   left join agent_sessions a on a.session_id = f.session_id and a.agent_session_id = f.agent_session_id
     and a.runtime_id = f.runtime_id
   where s.id = any($1) and s.agent_session_id is null and f.agent_session_id is not null`,
)

/**
 * Whether the first run of a fork gets a copy of its source's conversation. A harness copies a conversation as it stands
 * when it is asked, so one that has gone on past the fork would bring what was said after it, and is left.
 */
export function decideFork(
  source: ForkSource,
  { fresh, runtime_id, work_dir }: { fresh: boolean; runtime_id: string; work_dir: string | null },
): ResumeDecision {
  const why: DropReason | null = fresh
    ? 'fresh_asked'
    : (whyUnusable(source) ??
      (source.runtime_id !== runtime_id ? 'other_runtime' : source.went_on ? 'went_on' : null))
  const decision = { agent_session_id: null, work_dir, reason: why ?? ('forked' as const), dropped: why }
  return why ? decision : { ...decision, fork_from: source.agent_session_id }
}
