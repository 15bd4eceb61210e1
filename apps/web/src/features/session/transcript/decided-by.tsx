import type { PermissionRequest } from '@yardmaster/protocol'
import { usePersonName } from '../../sessions/person-name.js'
import classes from './transcript.module.css'

/** Who answered what the agent asked, and how; or that nobody has yet. */
export function DecidedBy({ request }: { request: PermissionRequest }) {
  const nameOf = usePersonName()
  const { status, option_id, options, decided_by, allowance_id } = request
  const option = options.find((one) => one.option_id === option_id)?.name ?? option_id
  const said = {
    pending: 'Waits for an answer',
    cancelled: 'Not answered: the agent does not wait for it any more',
    expired: 'Not answered in time',
    selected: allowance_id
      ? `${option}, by an answer that was given before`
      : `${option} · ${nameOf(decided_by)}`,
  }[status]
  return <div className={classes.decided}>{said}</div>
}
