import { codeOf, type SocketClient } from '@yardmaster/client'
import type { PermissionMode, Session } from '@yardmaster/protocol'
import type { Chosen } from '../offered/offered.js'
import { newKey } from '../session/composer/draft.js'
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

/** A session that was made, and whose files or prompt then failed. */
export interface Begun {
  session: Session
  /** Of which choices: with others it is another session. */
  choices: string
  prompt: string
  /** The same for every try to send the same prompt: if the answer to one was lost, no second task is made. */
  key: string
  /** Whether the prompt was sent: it may have arrived, whatever was answered. */
  sent: boolean
}

export interface Steps {
  /** Hears of each step that was taken, so that a second try does not take it again. */
  settled(place: Place): void
  /** The session of a try that failed, which the next one goes on with; null once it has begun. */
  begun: { current: Begun | null }
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
  { settled, begun, put }: Steps,
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
  const { worktree_id } = at
  const choices = JSON.stringify([worktree_id, harness, more])
  if (begun.current?.choices !== choices) {
    await discard(client, begun)
    const session = await client
      .service('sessions')
      .create({ worktree_id, harness, title: titleFrom(prompt), ...more })
    begun.current = { session, choices, prompt, key: newKey(), sent: false }
  }
  const made = begun.current as Begun
  if (made.prompt !== prompt) Object.assign(made, { prompt, key: newKey() })
  const { session, key } = made
  const attachments = await put(session.id)
  made.sent = true
  try {
    await client.service('sessions').prompt({ id: session.id, prompt, idempotency_key: key, attachments })
  } catch (error) {
    // A refusal is an answer: no prompt is there.
    made.sent = codeOf(error) === null
    throw error
  }
  begun.current = null
  return session
}

/**
 * Takes back a session that has no prompt, so that none is found that does nothing. Whoever may not remove it archives it. One
 * whose prompt may have arrived stays.
 */
export async function discard(client: SocketClient, begun: Steps['begun']): Promise<void> {
  const made = begun.current
  begun.current = null
  if (!made || made.sent) return
  const { id } = made.session
  const sessions = client.service('sessions')
  await sessions
    .remove(id)
    .catch(() => sessions.patch(id, { archived_at: new Date().toISOString() }))
    // Nobody can do anything about it: the connection is gone, or the session.
    .catch(() => undefined)
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
