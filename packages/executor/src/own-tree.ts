import { endTree, identify, killTree, type ProcessTree } from '@yardmaster/processes'

/** Milliseconds that KILL gets to work: a stop has to be over before the runtime kills the executor itself. */
const PATIENCE = 2_000

const { YARDMASTER_RUN } = process.env

/** Every process that this executor brought about, itself not included. Started by hand, nothing is marked. */
const ownTree: ProcessTree = {
  marker: YARDMASTER_RUN ? { YARDMASTER_RUN } : {},
  leader: identify(process.pid),
  cwd: null,
}

/**
 * Ends what this executor brought about, and resolves when none is left or KILL has had its time.
 *
 * @param grace milliseconds between TERM and KILL
 */
export async function endOwnTree(grace: number): Promise<void> {
  await endTree(ownTree, { grace, patience: PATIENCE })
}

/** KILL to all of them, for an exit that cannot wait. */
export const killOwnTree = (): void => killTree(ownTree)
