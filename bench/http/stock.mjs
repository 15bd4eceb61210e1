// A stock Feathers service on its own knex adapter, with access asked for by three queries of its own, as such services
// usually do: who calls, the session of the row, what they may do there.
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const { feathers } = require('@feathersjs/feathers')
const { koa, rest, bodyParser, errorHandler } = require('@feathersjs/koa')
const { KnexService } = require('@feathersjs/knex')
const { NotAuthenticated, NotFound, Conflict } = require('@feathersjs/errors')
const knex = require('knex')
const { verify } = require('jsonwebtoken')

const db = knex({ client: 'pg', connection: process.env.DATABASE_URL, pool: { min: 10, max: 10 } })
const app = koa(feathers())
app.use(errorHandler())
app.use(bodyParser())
app.use((ctx, next) => {
  ctx.feathers = { ...ctx.feathers, token: ctx.headers.authorization?.slice('Bearer '.length) }
  return next()
})
app.configure(rest())

const access = async (context) => {
  const payload = verify(context.params.token, process.env.SECRET, {
    audience: 'yardmaster',
    algorithms: ['HS256'],
  })
  const caller = await db('tasks').where({ id: payload.sub }).first('id', 'attempt', 'nonce', 'session_id')
  if (!caller || caller.nonce !== payload.nonce) throw new NotAuthenticated()
  const row = await db('tasks').where({ id: context.id }).first('session_id')
  if (!row || row.session_id !== caller.session_id) throw new NotFound()
  const session = await db('sessions')
    .where({ id: row.session_id })
    .first('executing_task_id', 'executing_attempt', 'last_seq')
  if (session?.executing_task_id !== caller.id || session.executing_attempt !== payload.attempt)
    throw new Conflict()
  context.params.session = { id: row.session_id }
}

/** One event more, in the log of the row's session. */
const log = async (context) => {
  const { id } = context.params.session
  const [{ last_seq }] = await db('sessions').where({ id }).increment('last_seq', 1).returning('last_seq')
  await db('session_events').insert({
    session_id: id,
    seq: last_seq,
    type: 'tasks patched',
    data: JSON.stringify(context.result),
  })
}

app.use('tasks', new KnexService({ Model: db, name: 'tasks', id: 'id' }), { methods: ['patch'] })
app.service('tasks').hooks({ before: { patch: [access] }, after: { patch: [log] } })

const server = await app.listen(0, '127.0.0.1')
const say = () => console.log(`serves http://127.0.0.1:${server.address().port}`)
if (server.listening) say()
else server.once('listening', say)
process.stdin.on('end', () => process.exit(0)).resume()
