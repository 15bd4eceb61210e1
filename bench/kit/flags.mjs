/**
 * Of every server that is measured, ours and theirs: the young objects of many calls at once fit, as in the daemon's own
 * start, and memory can be asked to be let go.
 */
export const flags = ['--expose-gc', '--max-semi-space-size=32']
