import type { Yard } from '../yard.js'

/**
 * Tells of answers that broke while they were under way, as Koa would by itself, but for those that whoever asked did not wait
 * for: a browser that leaves a page in the middle of a file has done nothing wrong.
 */
export const logBroken =
  (yard: Yard) =>
  (error: Error & { code?: string }): void => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE' && error.code !== 'ECONNRESET')
      yard.log.error('An answer broke off', error)
  }
