import type { Isolation } from '@yardmaster/processes'
import type { Catalogue } from '../harnesses/catalogue.js'

/** Milliseconds. */
export interface Intervals {
  /** Between heartbeats. Default 15 000. */
  heartbeat: number
  /** Between claims that nobody asked for. Default 15 000. */
  poll: number
  /** What a process gets between TERM and KILL. Default 2000. */
  term_grace: number
  /** What an executor gets to end its run by itself when it is stopped. Default 10 000. */
  stop_grace: number
  /** Between looks at an adopted executor, which is nobody's child any more. Default 500. */
  watch: number
  /** Before a step that failed (a full disk, a process that cannot be killed) is tried again. Default 5000. */
  retry: number
  /** Between looks for homes that are nobody's any more, if nothing hints at one. Default an hour. */
  tidy: number
}

export const defaultIntervals: Intervals = {
  heartbeat: 15_000,
  poll: 15_000,
  term_grace: 2_000,
  stop_grace: 10_000,
  watch: 500,
  retry: 5_000,
  tidy: 3_600_000,
}

export interface RuntimeAgentOptions {
  /** The runtime's UUID, see {@link runtimeIdentity}. */
  id: string
  name: string
  /** `$YARDMASTER_HOME`: run records, logs and the spool lie below it. */
  home: string
  /** Base of the daemon's REST calls. */
  daemon_url: string
  /** The runtime's token, asked for at each call. */
  token: () => string
  harnesses: Catalogue
  /** How harnesses are shut in, as `probeIsolation` found it. Default: not at all. */
  isolation?: Isolation
  /** The executor's program file, run by this node. */
  executor_path: string
  /** Runs at once. Default 4. */
  max_concurrent?: number
  /** Directories below which runs may work; none outside of them is started. */
  allowed_roots: string[]
  /** Handed on to executors, in milliseconds; 0 is no limit. */
  idle_timeout: number
  run_timeout: number
  intervals?: Partial<Intervals>
  /** One line of the log, without a line end. */
  log: (line: string) => void
  /** What endings report as their time. Default the host's clock; the daemon orders nothing by it. */
  clock?: () => Date
}
