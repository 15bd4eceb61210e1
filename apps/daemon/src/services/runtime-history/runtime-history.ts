import { RuntimeHistory, TimeQuery } from '@yardmaster/protocol'
import { toNobody } from '../../realtime/publish.js'
import type { App, Yard } from '../../yard.js'
import { register } from '../register.js'
import { RuntimeHistories } from './runtime-history.class.js'

export const runtimeHistory = (app: App, yard: Yard): void =>
  register(app, yard, 'runtime-history', new RuntimeHistories(yard), {
    methods: ['find'],
    schemas: { query: { find: TimeQuery } },
    place: {},
    docs: {
      about: 'How much of each runtime was taken over a time, by runs that the caller may view.',
      answers: { find: RuntimeHistory },
      summaries: { find: 'How much of each runtime was taken in a time, in buckets' },
    },
    publisher: toNobody(),
  })
