import { noteTask } from '@yardmaster/runtime'
import { loadTask, presentMessage } from '@yardmaster/store'

/** What a part of ours would send to the database: the other side runs the very same text. */
async function captured(act) {
  let query
  const on = {
    query: async (sent) => {
      query ??= sent
      return [{ wire: {} }]
    },
  }
  await act(on)
  return { name: query.name, text: query.text }
}

const nobody = { kind: 'user', user_id: null }
const run = { session_id: null, task_id: null, attempt: 0 }

/** Row of a task, who calls, and what they may do there. $1 task, $2 user, $3 the executor's task, $4 runtime, $5 and $6 an API token. */
export const loadTaskSql = await captured((on) => loadTask(on, null, nobody))

/** An executor's report with its fence and its event. $1 session, $2 task, $3 attempt, then the report. */
export const noteTaskSql = await captured((db) => noteTask({ db, publish: () => {} }, run, {}))

/** A page of a transcript behind one gate. $1 user, $2 epoch, $3 session, $4 after, $5 limit. */
export const messagesSql = {
  name: 'messages',
  text: `select ${presentMessage('x')} as wire from messages x
    where (select access_level(u.id, s.worktree_id) >= 'view' from sessions s, users u
           where s.id = $3 and u.id = $1 and u.auth_epoch = $2)
      and x.session_id = $3 and x.seq > $4 order by x.seq limit $5`,
}
