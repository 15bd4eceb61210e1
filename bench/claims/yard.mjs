import { randomUUID } from 'node:crypto'
import { claim, endTask } from '@yardmaster/runtime'
import { migrateUp, openDb } from '@yardmaster/store'

const lease = 60_000

/** One runtime per worker, each with its share of the tasks, every task in a session and worktree of its own, all with ids as the daemon makes them. */
export async function prepareYard(url, { tasks, workers }) {
  await migrateUp(url)
  const db = openDb({ url, max: workers })
  const ledger = { db, publish: () => {} }
  const runtimes = Array.from({ length: workers }, () => randomUUID())
  await fill(db, runtimes, tasks)

  const work = async (runtime_id, each) => {
    for (;;) {
      const runs = await claim(ledger, { runtime_id, boot_id: runtime_id, slots: 10, known: [], lease })
      if (runs.length === 0) return
      for (const { task, session } of runs) {
        await endTask(
          ledger,
          { task_id: task.id, session_id: session.id, attempt: task.attempt },
          'completed',
          each,
        )
      }
    }
  }
  return {
    async run() {
      await db.query({ text: queueOneEach })
      await db.query({ text: 'vacuum analyze' })
      const since = performance.now()
      await Promise.all(runtimes.map((runtime_id) => work(runtime_id, {})))
      const rate = tasks / ((performance.now() - since) / 1000)
      const [{ left }] = await db.query({
        text: "select count(*) as left from tasks where status <> 'completed'",
      })
      if (left > 0) throw new Error(`${left} tasks were not completed`)
      return rate
    },
    close: () => db.close(),
  }
}

const queueOneEach = `
  insert into tasks (id, session_id, worktree_id, exclusive_worktree_id, runtime_id, prompt, position)
  select uuidv7(), s.id, s.worktree_id, s.worktree_id, s.runtime_id, 'nothing', 1 from sessions s`

async function fill(db, runtimes, tasks) {
  const each = Math.ceil(tasks / runtimes.length)
  await db.query({ text: 'insert into installation (node_id) values (uuidv7())' })
  await db.query({
    text: `insert into runtimes (id, boot_id, name, harnesses, allowed_roots, max_concurrent)
      select id, id, 'bench', '[{"id":"shell"}]', '["/"]', 1000 from unnest($1::uuid[]) id`,
    values: [runtimes],
  })
  await db.query({
    text: `with repo as (
        insert into repos (id, name, path, default_branch) values (uuidv7(), 'bench', '/repo', 'main') returning id),
      place as (
        insert into worktrees (id, repo_id, node_id, runtime_id, name, branch, target_branch, path, base_sha)
        select uuidv7(), repo.id, uuidv7(), r.id, r.id || '-' || n, 'b', 'main', '/w/' || r.id || n, ''
        from repo, unnest($1::uuid[]) as r(id), generate_series(1, $2::int) n
        returning id, runtime_id)
      insert into sessions (id, worktree_id, node_id, runtime_id, harness)
      select uuidv7(), id, uuidv7(), runtime_id, 'shell' from place`,
    values: [runtimes, each],
  })
}
