import { type ListSessionsResponse, RequestError } from '@agentclientprotocol/sdk/unstable'
import { type StoredSession, sortKey } from './session-store.js'

const PAGE = 100

/**
 * One page of sessions, newest first, of one directory where `cwd` says so. The cursor names the last session
 * of the page before, so that sessions made meanwhile shift nothing.
 *
 * @throws RequestError (invalid params) for a cursor that this function did not make
 */
export function listPage(
  newestFirst: StoredSession[],
  cwd?: string | null,
  cursor?: string | null,
): ListSessionsResponse {
  const after = cursor ? Buffer.from(cursor, 'base64url').toString() : null
  if (after !== null && !/^\S+Z [0-9a-f-]{36}$/.test(after)) {
    throw RequestError.invalidParams({ cursor }, 'no such cursor')
  }
  const rest = newestFirst.filter(
    (session) => (!cwd || session.cwd === cwd) && (after === null || sortKey(session) < after),
  )
  const page = rest.slice(0, PAGE)
  const last = page.at(-1)
  return {
    sessions: page.map(({ id, cwd, title, updated_at }) => ({
      sessionId: id,
      cwd,
      title,
      updatedAt: updated_at,
    })),
    nextCursor: last && rest.length > PAGE ? Buffer.from(sortKey(last)).toString('base64url') : null,
  }
}
