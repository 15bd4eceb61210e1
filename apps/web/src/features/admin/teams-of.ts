import type { Team, TeamMember } from '@yardmaster/protocol'

/** Names of the teams that each user is in, sorted, by the user's id. */
export function teamsOf(teams: readonly Team[], members: readonly TeamMember[]): Map<string, string[]> {
  const names = new Map(teams.map(({ id, name }) => [id, name]))
  const found = new Map<string, string[]>()
  for (const { team_id, user_id } of members) {
    const name = names.get(team_id)
    if (name !== undefined) found.set(user_id, [...(found.get(user_id) ?? []), name])
  }
  for (const list of found.values()) list.sort((a, b) => a.localeCompare(b))
  return found
}
