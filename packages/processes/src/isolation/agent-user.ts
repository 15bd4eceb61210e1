import { stat } from 'node:fs/promises'

/** Whom programs run as inside. */
export interface AgentUser {
  uid: number
  gid: number
}

/** Nobody's by convention: neither distributions nor systemd give numbers from 65520 to 65533 to anybody. */
const unprivileged: AgentUser = { uid: 65_531, gid: 65_531 }

/**
 * Null for an ordinary user, who stays who they are. Under root it is the owner of the repository's git directory, who
 * may write there as ever, or an unprivileged user where that is root too.
 *
 * @param place that directory; without one the unprivileged user
 */
export async function agentUser(place: string | undefined): Promise<AgentUser | null> {
  if (process.getuid?.() !== 0) return null
  const owner = place === undefined ? null : await stat(place)
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : unprivileged
}

/** The beginning of a command that gives up being root for good. */
export const becoming = ({ uid, gid }: AgentUser): string[] => [
  'setpriv',
  `--reuid=${uid}`,
  `--regid=${gid}`,
  ...['--clear-groups', '--bounding-set=-all', '--inh-caps=-all', '--ambient-caps=-all', '--no-new-privs'],
  '--',
]
