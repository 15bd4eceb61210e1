import type { Assignment } from '@yardmaster/protocol'
import type { SealedIdentity } from '@yardmaster/runtime'
import type { Sealer } from './sealer.js'

/** What a run gets of the person who prompted it, opened for the runtime that carries it out. */
export function openIdentity(sealer: Sealer, identity: SealedIdentity | null): Assignment['identity'] {
  if (!identity) return { git: null, env: {}, unreadable: [] }
  const { user_id, git, entries } = identity
  const opened = entries.map(({ name, sealed }) => ({
    name,
    value: sealer.open(user_id, name, Buffer.from(sealed, 'base64')),
  }))
  return {
    git,
    env: Object.fromEntries(opened.flatMap(({ name, value }) => (value === null ? [] : [[name, value]]))),
    unreadable: opened.filter(({ value }) => value === null).map(({ name }) => name),
  }
}
