import { Usage, UsageQuery } from '@yardmaster/protocol'
import { toNobody } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { UsageService } from './usage.class.js'

export const usage = (app: App, yard: Yard): void =>
  register(app, yard, 'usage', new UsageService(yard), {
    methods: ['find'],
    schemas: { query: { find: UsageQuery } },
    place: {},
    docs: {
      about: 'Tokens, cost, endings and times of the tasks that the caller may view.',
      answers: { find: Usage },
      summaries: { find: 'What was used in a time, in buckets and by what tells tasks apart' },
    },
    publisher: toNobody(),
  })
