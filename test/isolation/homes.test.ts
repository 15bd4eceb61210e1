import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { Task } from '@yardmaster/protocol'
import { type Person, startTestDaemon, type TestDaemon } from '../daemon'

describe.each(['bubblewrap', 'unshare'])('homes in %s', (mode) => {
  let yard: TestDaemon
  let one: Person
  let other: Person
  beforeAll(async () => {
    yard = await startTestDaemon({
      env: { YARDMASTER_ISOLATION: mode },
      prepare: (home) => writeFile(join(home, 'harnesses.json'), '{"shell": {"login": [".auth/key"]}}'),
    })
    one = await yard.person()
    other = await yard.person()
  })
  afterAll(() => yard?.stop())

  /** A session of one person's that the other may prompt too. */
  async function shared() {
    const {
      id: worktree_id,
      path,
      repo_id,
    } = await yard.worktree({
      grants: [
        [one, 'session'],
        [other, 'prompt'],
      ],
    })
    const { id } = await yard.session(worktree_id, one, { permission_mode: 'auto' })
    return { id, path, repo_id }
  }

  async function prompt({ rest, token }: Person, id: string, text: string): Promise<Task> {
    const socket = await yard.socket(token)
    const ended = new Promise<Task>((resolve) => {
      socket.service('tasks').on('patched', (task) => {
        if (['completed', 'failed'].includes(task.status)) resolve(task)
      })
    })
    await socket.service('subscriptions').create({ session_id: id })
    await rest.service('sessions').prompt({ id, prompt: text })
    const task = await ended
    socket.close()
    expect(task).toMatchObject({ status: 'completed' })
    return task
  }

  /** What the agent itself remembers of the conversation. */
  async function history(person: Person, id: string): Promise<string> {
    const { id: task_id } = await prompt(person, id, '/history')
    const { data } = await person.rest.service('messages').find({ query: { task_id, type: 'text' } })
    return JSON.stringify(data.map(({ content }) => content))
  }

  test('another person goes on with the conversation, and not with what the first one signed in to', async () => {
    const { id, path } = await shared()
    const first = await prompt(one, id, '$ mkdir -p ~/.auth && echo of one > ~/.auth/key; echo kept > ~/kept')
    const second = await prompt(
      other,
      id,
      '$ ls -A ~/.auth > seen; cat ~/kept >> seen; cat ~/../../people/*/*/.auth/key >> seen 2>/dev/null; true',
    )
    expect(second).toMatchObject({
      agent_session_id: first.agent_session_id,
      resume_decision: { reason: 'pointer', dropped: null },
    })
    expect(await readFile(join(path, 'seen'), 'utf8')).toBe('kept\n')
    expect(await history(other, id)).toContain('of one')

    await prompt(other, id, '$ echo of the other > ~/.auth/key')
    const { id: elsewhere, path: there } = await shared()
    await prompt(one, elsewhere, '$ cat ~/.auth/key > seen; stat -c %a ~/.auth/key >> seen')
    expect(await readFile(join(there, 'seen'), 'utf8')).toBe('of one\n600\n')
  })

  test('a fork begins with a copy of the conversation, and its source does not hear how it goes on', async () => {
    const { id, repo_id } = await shared()
    await yard.admin.rest.service('grants').create({ repo_id, user_id: one.user.id, level: 'session' })
    await prompt(one, id, '$ echo said in the source')
    const fork = await one.rest.service('sessions').fork({ id })
    const task = await prompt(one, fork.id, '$ echo said in the fork')
    expect(task).toMatchObject({ resume_decision: { reason: 'forked' } })
    expect(await history(one, fork.id)).toContain('said in the source')
    expect(await history(one, id)).not.toContain('said in the fork')
  })

  test('what is kept of a session goes with it', async () => {
    const { id } = await shared()
    await prompt(one, id, '$ true')
    const kept = join(yard.home, 'homes', 'sessions')
    expect(await readdir(kept)).toContain(id)
    await yard.admin.rest.service('sessions').remove(id)
    // Nobody is told when a runtime has tidied up.
    while (existsSync(join(kept, id))) await delay(20)
    expect((await readdir(kept)).filter((name) => name.startsWith(id))).toEqual([])
  })
})
