import type { SocketClient } from '@yardmaster/client'
import type { PermissionMode, Session } from '@yardmaster/protocol'
import type { Chosen } from '../offered/offered.js'
import { titleFrom } from '../sessions/session-name.js'

/** Where a session shall work. */
export type Place =
  | { kind: 'existing'; worktree_id: string }
  | { kind: 'new'; repo_id: string; name: string }
  /** A repository that is added first: the absolute path of one on the daemon's host, or a url. */
  | { kind: 'repo'; path: string }

export interface Draft {
  place: Place
  harness: string | null
  prompt: string
  more: Chosen & { permission_mode?: PermissionMode }
}

export interface Steps {
  /** Hears of each step that was taken, so that a second try does not take it again. */
  settled(place: Place): void
  /** Puts the files into the session, and tells their ids. */
  put(session_id: string): Promise<string[]>
}

/**
 * Makes what is missing, step by step, and prompts.
 *
 * @throws what the daemon answers
 */
export async function beginSession(
  client: SocketClient,
  { place, harness, prompt, more }: Draft,
  { settled, put }: Steps,
): Promise<Session> {
  let at = place
  if (at.kind === 'repo') {
    const where = at.path.trim()
    const source = /^(https|ssh):|^[\w.-]+@[\w.-]+:/.test(where) ? { url: where } : { path: where }
    const name =
      where
        .replace(/\/+$/, '')
        .split(/[/:]/)
        .pop()
        ?.replace(/\.git$/, '') || where
    const repo = await client.service('repos').create({ name, ...source })
    at = { kind: 'new', repo_id: repo.id, name: '' }
    settled(at)
  }
  if (at.kind === 'new') {
    const name = at.name.trim() || nameFrom(prompt)
    const worktree = await client.service('worktrees').create({ repo_id: at.repo_id, name })
    at = { kind: 'existing', worktree_id: worktree.id }
    settled(at)
  }
  const session = await client
    .service('sessions')
    .create({ worktree_id: at.worktree_id, harness, title: titleFrom(prompt), ...more })
  const attachments = await put(session.id)
  await client.service('sessions').prompt({ id: session.id, prompt, attachments })
  return session
}

/** A branch's name out of what shall be done on it, with something that no other has. */
export function nameFrom(prompt: string): string {
  const words = titleFrom(prompt)
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 32)
    .replace(/-+$/, '')
  const own = Math.random().toString(36).slice(2, 6)
  return `${words || 'work'}-${own}`
}
