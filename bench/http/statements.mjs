import { accessVersion, presentMessage, presentTask } from '@yardmaster/store'

/**
 * Row of a task, who calls, and what they may do there, for one call: what ours asks for several at once, as one would write
 * it by hand. $1 task, $2 user, $3 the executor's task.
 */
export const loadTaskSql = {
  name: 'load-task',
  text: `select
      (select jsonb_build_object('role', u.role, 'epoch', u.auth_epoch, 'disabled', u.disabled_at is not null)
       from users u where u.id = $2::uuid) as "user",
      (select jsonb_build_object(
         'session_id', t.session_id, 'attempt', t.attempt, 'nonce', t.nonce, 'status', t.status)
       from tasks t where t.id = $3::uuid) as task,
      found.*, coalesce(found.level, 'none') as level
    from (values (1)) one left join lateral (
      select ${presentTask('x')} as row, s.id as session_id, s.created_by as session_owner, s.worktree_id,
        x.id as task_id, x.runtime_id, access_level($2, s.worktree_id) as level
      from tasks x join sessions s on s.id = x.session_id where x.id = $1) found on true`,
}

/**
 * An executor's report with its fence and its event, for one call: what ours says for several at once, as one would write
 * it by hand. $1 session, $2 task, $3 attempt, then the report.
 */
export const noteTaskSql = {
  name: 'note-task',
  text: `with held as (
      update sessions s set last_seq = s.last_seq + 1, last_activity_at = clock_timestamp()
      where s.id = $1 and s.executing_task_id = $2 and s.executing_attempt = $3
        and s.last_seq = (select seen.last_seq from sessions seen where seen.id = $1)
        and exists (select from tasks t where t.id = $2 and t.attempt = $3
          and t.status in ('dispatched', 'running', 'awaiting_permission', 'stopping'))
      returning s.id, s.worktree_id, s.last_seq as seq, ${accessVersion} as access_version),
    changed as (
      update tasks t set
        git_state = case when $4::jsonb is null then t.git_state else jsonb_build_object(
          'start', coalesce(nullif($4::jsonb->'start', 'null'), t.git_state->'start'),
          'end', coalesce(nullif($4::jsonb->'end', 'null'), t.git_state->'end'),
          'files', coalesce($4::jsonb->'files', t.git_state->'files', '[]')) end,
        work_dir = coalesce($5, t.work_dir), usage = coalesce($6::jsonb, t.usage), model = coalesce($7, t.model)
      from held where t.id = $2 returning ${presentTask('t')} as wire),
    entry as (
      insert into session_events (session_id, seq, type, data)
      select held.id, held.seq, 'tasks patched', changed.wire from held, changed)
    select held.worktree_id, held.seq, held.access_version, changed.wire from held, changed`,
}

/** A page of a transcript behind one gate. $1 user, $2 epoch, $3 session, $4 after, $5 limit. */
export const messagesSql = {
  name: 'messages',
  text: `select ${presentMessage('x')} as wire from messages x
    where (select access_level(u.id, s.worktree_id) >= 'view' from sessions s, users u
           where s.id = $3 and u.id = $1 and u.auth_epoch = $2)
      and x.session_id = $3 and x.seq > $4 order by x.seq limit $5`,
}
