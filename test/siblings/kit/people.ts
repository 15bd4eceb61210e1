import type { PresenceWatch } from '@yardmaster/client'
import { until } from '../../../packages/client/test/until'

/** Waits until these are shown and nobody else, each with name and state. */
export const sees = (watch: PresenceWatch, ...wanted: string[]): Promise<true> =>
  until(
    watch,
    ({ people }) =>
      people
        .map(({ name, state }) => `${name} ${state}`)
        .sort()
        .join() === wanted.join(),
  )
