import type { Marker } from '@yardmaster/processes'
import type { Run } from '@yardmaster/protocol'

/** `<task_id>.<attempt>`: the name of a run's directory, of its spool file, and of its processes' marker. */
export const runName = ({ task_id, attempt }: Run): string => `${task_id}.${attempt}`

/** The run of a name, null for any other text. */
export function parseRunName(name: string): Run | null {
  const [, task_id, attempt] =
    /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.([1-9]\d{0,8})$/.exec(name) ?? []
  return task_id && attempt ? { task_id, attempt: Number(attempt) } : null
}

/** What marks the processes of a run, given the run's name: everything below the executor inherits it. */
export const markerOf = (name: string): Marker => ({ YARDMASTER_RUN: name })
