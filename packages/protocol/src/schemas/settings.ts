import { Type } from '@sinclair/typebox'
import { settingSources } from '../settings.js'
import { type Static, strict, words } from './common.js'

/** A setting as it is in force. Passwords are never in it. */
export const Setting = strict({
  name: Type.String(),
  value: Type.String(),
  from: words(settingSources),
})

export type Setting = Static<typeof Setting>
