import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { git } from '@yardmaster/git'
import { createTestDatabase, type TestDatabase } from '../../database'
import { TestRedis } from './redis'
import { Sibling } from './sibling'

/** Two daemons on one database and one Redis. The repository and its worktrees are the first one's. */
export interface Pair {
  database: TestDatabase
  redis: TestRedis
  here: Sibling
  there: Sibling
  /** A session in a worktree of its own, on the first daemon's host. */
  session(more?: object): Promise<{ id: string; worktree_id: string }>
  close(): Promise<void>
}

export async function openPair(options: Parameters<typeof Sibling.make>[2] = {}): Promise<Pair> {
  const ends: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of ends.splice(0).reverse()) await end()
  }
  try {
    const pair = await open(options, ends)
    return { ...pair, close }
  } catch (error) {
    await close()
    throw error
  }
}

async function open(
  options: Parameters<typeof Sibling.make>[2],
  ends: (() => Promise<unknown>)[],
): Promise<Omit<Pair, 'close'>> {
  const database = await createTestDatabase()
  ends.push(() => database.drop())
  const redis = await TestRedis.open()
  ends.push(() => redis.close())
  const here = await Sibling.make(database, redis.url, options)
  ends.push(() => here.close())
  await here.start()
  const there = await Sibling.make(database, redis.url, { ...options, like: here })
  ends.push(() => there.close())
  await there.start()

  const path = await mkdtemp(join(tmpdir(), 'yardmaster-repo-'))
  ends.push(() => rm(path, { recursive: true, force: true }))
  await git(['init', '-q', '-b', 'main'], { cwd: path })
  const author = ['-c', 'user.name=Test', '-c', 'user.email=test@example.com']
  await git([...author, 'commit', '-q', '--allow-empty', '-m', 'Begin'], { cwd: path })
  const { id: repo_id } = await here.admin.service('repos').create({ name: 'repo', path })
  let worktrees = 0

  return {
    database,
    redis,
    here,
    there,
    async session(more = {}) {
      worktrees += 1
      const { id: worktree_id } = await here.admin
        .service('worktrees')
        .create({ repo_id, name: `wt-${worktrees}` })
      const { id } = await here.admin.service('sessions').create({ worktree_id, harness: 'shell', ...more })
      return { id, worktree_id }
    },
  }
}
