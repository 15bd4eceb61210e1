import { createRequire } from 'node:module'

/** Of this program; the whole workspace is released as one. */
export const version: string = createRequire(import.meta.url)('../package.json').version
