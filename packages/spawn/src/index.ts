export type { Intervals, RuntimeAgentOptions } from './agent/options.js'
export { RuntimeAgent } from './agent/runtime-agent.js'
export { Catalogue, type CataloguedHarness, type HarnessCommand } from './harnesses/catalogue.js'
export { cleanEnvironment } from './harnesses/environment.js'
export { type FindOptions, findHarnesses } from './harnesses/find.js'
export { HarnessFileError } from './harnesses/harness-file.js'
export { type ProbeOptions, probe } from './harnesses/probe.js'
export { runtimeIdentity } from './runtime-identity.js'
export { Spool } from './spool/spool.js'

// A bridge for tests that still find processes by way of this package; it goes when they import from there.
import { treeMembers as membersOf, type ProcessTree } from '@yardmaster/processes'
import { markerOf } from './runs/run-name.js'

export { identify, isAlive, type Process, type ProcessIdentity } from '@yardmaster/processes'
export const treeMembers = (tree: Omit<ProcessTree, 'marker'> & { marker: string }) =>
  membersOf({ ...tree, marker: markerOf(tree.marker) })
