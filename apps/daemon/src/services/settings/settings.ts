import { homedir } from 'node:os'
import { Type } from '@feathersjs/typebox'
import { parseSettings, Setting, shownSettings } from '@yardmaster/protocol'
import { toNobody } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'

/** The settings in force, which only the environment of a start changes. */
export class SettingsService {
  constructor(private readonly yard: Yard) {}

  async find(): Promise<{ data: Setting[] }> {
    const unset = shownSettings(parseSettings({}, homedir()))
    const data = Object.entries(shownSettings(this.yard.settings)).map(([name, value]) => ({
      name,
      value,
      from: value === unset[name] ? ('default' as const) : ('environment' as const),
    }))
    return { data }
  }
}

export const settings = (app: App, yard: Yard): void =>
  register(app, yard, 'settings', new SettingsService(yard), {
    methods: ['find'],
    schemas: {},
    place: {},
    docs: {
      about: 'The settings in force, without their passwords. The README says what each means.',
      answers: { find: Type.Object({ data: Type.Array(Setting) }, { additionalProperties: false }) },
    },
    publisher: toNobody(),
  })
