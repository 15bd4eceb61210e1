import { Type } from '@sinclair/typebox'
import { type Static, strict, words } from './common.js'

/** A setting as it is in force. Passwords are never in it. */
export const Setting = strict({
  name: Type.String(),
  value: Type.String(),
  /** `environment`: it is set there, to something else than its default. */
  from: words(['environment', 'default'] as const),
})

export type Setting = Static<typeof Setting>
