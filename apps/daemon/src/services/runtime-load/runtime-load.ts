import { Type } from '@feathersjs/typebox'
import { RuntimeLoad } from '@yardmaster/protocol'
import { runtimeLoad as load } from '@yardmaster/store'
import type { CallParams } from '../../hooks/context.js'
import { toNobody } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { userOf } from '../user-of.js'

/** How much of each runtime is taken, at this moment. */
export class RuntimeLoads {
  constructor(private readonly yard: Yard) {}

  async find({ principal }: CallParams) {
    const rows = await load(this.yard.db, userOf(principal) as string)
    return { data: rows.map(({ wire }) => wire) }
  }
}

export const runtimeLoad = (app: App, yard: Yard): void =>
  register(app, yard, 'runtime-load', new RuntimeLoads(yard), {
    methods: ['find'],
    schemas: {},
    place: {},
    docs: {
      about: 'How much of each runtime is taken, and how much waits for room, of what the caller may view.',
      answers: { find: Type.Object({ data: Type.Array(RuntimeLoad) }, { additionalProperties: false }) },
      summaries: { find: 'How much of each runtime is taken now' },
    },
    publisher: toNobody(),
  })
