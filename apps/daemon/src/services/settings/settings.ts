import { Type } from '@feathersjs/typebox'
import { Setting, shownSettings } from '@yardmaster/protocol'
import { toNobody } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'

/** The settings in force, which only the environment of a start changes. */
export class SettingsService {
  constructor(private readonly yard: Yard) {}

  async find(): Promise<{ data: Setting[] }> {
    return { data: shownSettings(this.yard.settings) }
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
