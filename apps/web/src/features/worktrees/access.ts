import type { AccessReason } from '@yardmaster/protocol'
import { levelWords, roleWords } from '../../ui/words.js'

/** Why somebody has a level, in a few words. */
export function reasonText({ kind, level, on, team }: AccessReason, role: keyof typeof roleWords): string {
  const level_word = levelWords[level].title
  if (kind === 'role') return `${level_word} as ${roleWords[role]}`
  if (kind === 'others_can') return `${level_word}, as everybody here`
  const by = team ? `by the team ${team.name}` : 'granted'
  return `${level_word} ${by}${on === 'repo' ? ' on the repository' : ''}`
}
